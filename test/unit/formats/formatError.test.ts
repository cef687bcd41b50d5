import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineErrors } from '../../../native/contract/errors.ts';
import { damaged, formatErrorCodes } from '../../../native/formats/formatError.ts';

test('every code is one of the engine', () => {
  for (const code of formatErrorCodes) assert.ok((engineErrors as readonly string[]).includes(code), code);
});

test('an error carries its place and its reason in both languages', () => {
  const error = damaged('/a/b.gguf', { en: 'it is empty', ja: 'ファイルが空です' }, 0);
  assert.deepEqual(error.details, {
    path: '/a/b.gguf',
    offset: 0,
    reason: 'it is empty',
    reason_ja: 'ファイルが空です',
  });
  assert.match(error.message, /model_damaged.*it is empty/);
});
