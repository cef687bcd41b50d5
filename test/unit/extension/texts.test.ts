import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { texts } from '../../../extension/l10n/texts.ts';

const root = join(import.meta.dirname, '../../..');
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const sources = globSync('extension/**/*.ts', { cwd: root, exclude: ['extension/l10n/**'] })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

for (const [key, { en, ja }] of Object.entries(texts)) {
  test(`${key} is there in both languages, and used`, () => {
    assert.ok(en.trim() !== '' && !japanese.test(en));
    assert.ok(japanese.test(ja));
    assert.deepEqual(placeholders(ja), placeholders(en));
    const family = key.slice(0, key.lastIndexOf('.'));
    assert.ok(sources.includes(`'${key}'`) || sources.includes(`\`${family}.\${`), `${key} is used nowhere`);
  });
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].sort();
}
