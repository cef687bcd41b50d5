import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatBytes, formatDuration, formatNumber, formatShare } from '../../../backend/l10n/format.ts';
import { chooseLanguage } from '../../../backend/l10n/language.ts';
import { texts } from '../../../backend/l10n/texts.ts';
import { translate } from '../../../backend/l10n/translate.ts';

const root = join(import.meta.dirname, '../../..');
const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
/** Texts that are the same in both languages: signs and names only. */
const same = new Set(['ID', 'Node.js']);

test('every text is there in both languages, with the same placeholders', () => {
  for (const [key, { en, ja }] of Object.entries(texts)) {
    assert.ok(en.trim() !== '' && ja.trim() !== '', key);
    assert.ok(
      japanese.test(ja) || same.has(ja) || !/[a-z]{3}/i.test(ja.replaceAll(/\{[^}]*\}/g, '')),
      `${key} is not Japanese: ${ja}`,
    );
    assert.ok(!japanese.test(en), `${key} is not English: ${en}`);
    assert.deepEqual(placeholders(ja), placeholders(en), key);
  }
});

test('every text is used', () => {
  const sources = globSync('backend/**/*.ts', { cwd: root, exclude: ['backend/l10n/**'] })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n');
  for (const key of Object.keys(texts)) {
    const family = key.slice(0, key.lastIndexOf('.'));
    const isUsed = sources.includes(`'${key}'`) || sources.includes(`\`${family}.\${`);
    assert.ok(isUsed, `${key} is used nowhere`);
  }
});

const forms: [count: number, expected: string][] = [
  [1, 'Data set a, version 1: 1 row, 9 B.'],
  [2, 'Data set a, version 1: 2 rows, 9 B.'],
];
for (const [rows, expected] of forms) {
  test(`English counts: ${expected}`, () => {
    assert.equal(translate('en', 'import.dataset', { name: 'a', version: 1, rows, bytes: '9 B' }), expected);
  });
}

test('a placeholder without a value stays visible', () => {
  assert.match(translate('en', 'run.loss'), /\{loss\}/);
});

const languages: [asked: string | undefined, environment: Record<string, string>, expected: 'en' | 'ja'][] = [
  ['ja', { LANG: 'en_US.UTF-8' }, 'ja'],
  ['en', { LANG: 'ja_JP.UTF-8' }, 'en'],
  [undefined, { LANG: 'ja_JP.UTF-8' }, 'ja'],
  [undefined, { LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }, 'en'],
  [undefined, { LC_MESSAGES: 'ja_JP', LANG: 'de_DE' }, 'ja'],
  [undefined, { TATARA_LANGUAGE: 'ja', LC_ALL: 'en_GB' }, 'ja'],
  [undefined, { LANG: 'jam' }, 'en'],
];
for (const [asked, environment, expected] of languages) {
  test(`--lang ${asked} and ${JSON.stringify(environment)} give ${expected}`, () => {
    assert.equal(chooseLanguage(asked, environment), expected);
  });
}

const formatted: [actual: string, expected: string][] = [
  [formatBytes(0), '0 B'],
  [formatBytes(999), '999 B'],
  [formatBytes(4_300_000), '4.3 MB'],
  [formatBytes(999_960), '1.0 MB'],
  [formatBytes(137_400_000_000), '137 GB'],
  [formatDuration('en', 0.42), '0.4 s'],
  [formatDuration('en', 59.6), '1 min'],
  [formatDuration('en', 190), '3 min 10 s'],
  [formatDuration('ja', 190), '3 分 10 秒'],
  [formatDuration('en', 7500), '2 h 5 min'],
  [formatShare(0.975), '97.5 %'],
  [formatShare(1), '100 %'],
  [formatNumber(0.41234), '0.412'],
  [formatNumber(0.00012), '1.2e-4'],
  [formatNumber(0), '0.000'],
  [formatNumber(12.345), '12.3'],
];
for (const [actual, expected] of formatted) test(expected, () => assert.equal(actual, expected));

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ''))].sort();
}
