import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lessonStep } from '../../../webviews/contract/lesson.ts';
import { lessonTexts } from '../../../webviews/lesson/texts.ts';

const root = join(import.meta.dirname, '../../..');
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const sources = globSync('webviews/lesson/*.ts', { cwd: root, exclude: ['**/texts.ts'] })
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

for (const [key, { en, ja }] of Object.entries(lessonTexts)) {
  test(`"${key}" of the lesson page is used, and written in both languages`, () => {
    const names = (text: string): string[] =>
      [...new Set([...text.matchAll(/\{(\w+)/g)].map(([, name]) => name!))].sort();
    assert.deepEqual(names(ja), names(en));
    assert.ok(japanese.test(ja) && !japanese.test(en));
    assert.ok(sources.includes(`'${key}'`), 'used nowhere');
  });
}

const links: [href: string, expected: unknown][] = [
  ['level-1.en.jsonl', { kind: 'import' }],
  ['level-1.en.recipe.yaml', { kind: 'newRun', changes: [] }],
  [
    'level-3.en.recipe.yaml#training.learning_rate=0.01&training.scheduler=cosine',
    {
      kind: 'newRun',
      changes: [
        { path: 'training.learning_rate', value: 0.01 },
        { path: 'training.scheduler', value: 'cosine' },
      ],
    },
  ],
  ['#verify', { kind: 'verify' }],
  ['#ready', null],
  ['https://example.org/#verify', null],
  ['README.md', null],
];
for (const [href, expected] of links) {
  test(`a link to ${href} is ${expected ? 'a step' : 'no step'}`, () => assert.deepEqual(lessonStep(href), expected));
}
