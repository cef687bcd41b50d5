import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Recipe } from '../../../backend/contract/recipe.ts';
import { flattenRecipe } from '../../../backend/contract/settings.ts';
import { advancedSettings, mainSettings } from '../../../webviews/newRun/settings.ts';
import type { Localised } from '../../../webviews/shared/l10n.ts';
import { newRunTexts } from '../../../webviews/training/newRunTexts.ts';
import { runTexts } from '../../../webviews/training/runTexts.ts';

const root = join(import.meta.dirname, '../../..');
const all: Readonly<Record<string, Localised>> = { ...newRunTexts, ...runTexts };
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

test('every text of the pages is in both languages, with the same placeholders', () => {
  const names = (text: string): string[] => [...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!).sort();
  for (const [key, { en, ja }] of Object.entries(all)) {
    // Where Japanese orders or repeats otherwise, the set of what is filled in is still the same.
    assert.deepEqual([...new Set(names(ja))], [...new Set(names(en))], key);
    assert.ok(!japanese.test(en) && en.trim() !== '', `${key}: ${en}`);
    assert.ok(japanese.test(ja) || !/[a-z]{3}/i.test(ja.replaceAll(/\{\w+\}/g, '')), `${key}: ${ja}`);
  }
});

test('every text of the pages is used', () => {
  const sources = globSync('webviews/{run,newRun,compareRuns,training}/*.ts', { cwd: root })
    .filter((file) => !file.endsWith('Texts.ts'))
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  for (const key of Object.keys(all)) {
    const family = key.slice(0, key.indexOf('.'));
    const isUsed = sources.includes(`'${key}'`) || sources.includes(`\`${family}.\${`);
    assert.ok(isUsed, `${key} is used nowhere`);
  }
});

test('the form of a new run has every setting of a recipe but those that it shows otherwise', () => {
  const recipe = Recipe.parse({ base: 'm', dataset: 'd', name: 'n', training: { steps: 1 } });
  const evaluation = { ...recipe.evaluation, dataset: 'd', regression_dataset: 'd' };
  const paths = Object.keys(flattenRecipe({ ...recipe, evaluation }));
  const shown = new Set<string>([...mainSettings, ...advancedSettings].map(({ path }) => path));
  const missing = paths.filter((path) => !shown.has(path));
  assert.deepEqual(missing.sort(), [
    'base',
    'dataset',
    'full.output_type',
    'method',
    'threads',
    'training.beta1',
    'training.beta2',
    'training.epsilon',
  ]);
  for (const path of shown) assert.ok(paths.includes(path), `${path} is no setting`);
});
