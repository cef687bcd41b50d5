import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Localised } from '../../../backend/contract/common.ts';
import { errorTable } from '../../../backend/contract/errors.ts';
import { engineErrors } from '../../../native/contract/errors.ts';
import { errorPage } from '../../../scripts/errorPage.ts';

const table: Readonly<Record<string, { status: number; message: Localised; hint?: Localised }>> = errorTable;
const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

test('docs/errors.md has every error, and no other', () => {
  const documented = [...page.matchAll(/^## (\w+)$/gm)].map((match) => match[1] ?? '');
  assert.deepEqual(documented.sort(), Object.keys(table).sort());
});

test('docs/errors.md says what the table says (node scripts/run.mjs scripts/errorDocs.ts writes it)', () => {
  const sections = (text: string): string[] => text.split(/^(?=## )/m);
  const made = sections(errorPage());
  assert.deepEqual(
    sections(page).filter((section) => !made.includes(section)),
    [],
  );
  assert.equal(page.length, errorPage().length);
});

test('every error that the engine can give has its texts', () => {
  for (const code of engineErrors) assert.ok(code in table, code);
});

for (const [code, { status, message, hint }] of Object.entries(table)) {
  test(`${code} is complete in both languages`, () => {
    assert.match(code, /^[a-z][a-z0-9_]*$/);
    assert.ok(status >= 400 && status < 600);
    for (const text of [message, ...(hint ? [hint] : [])]) {
      assert.ok(text.en.trim() !== '' && text.ja.trim() !== '');
      const isWords = /\p{L}/u.test(text.ja.replaceAll(/\{\w+\}/g, ''));
      if (isWords) assert.match(text.ja, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      assert.doesNotMatch(text.en, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
      assert.deepEqual(placeholders(text.ja), placeholders(text.en));
    }
  });
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''))].sort();
}
