import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { TataraError } from '../../../backend/contract/errors.ts';
import { startLlama } from '../../../backend/inference/llamaRuntime.ts';
import { atStart, readVocabulary } from '../../../backend/inference/vocabulary.ts';
import { importHuggingFace } from '../../../native/formats/huggingFace/importHuggingFace.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';

test('a character that the vocabulary cannot spell is refused before llama.cpp dies of it', async (context) => {
  const folder = testData('models/tinystories-656k-hf');
  if (folder === null) return context.skip('no test data');
  const path = join(tempDir(context), 'tiny.gguf');
  importHuggingFace(folder, path);
  const { llama } = await startLlama(false);
  const vocabulary = readVocabulary(await llama.loadModel({ modelPath: path, vocabOnly: true }));

  for (const [text, character] of [
    ['é', 'é'],
    ['Once upon a 日', '日'],
    ['a\u0001b', '\u0001'],
  ] as const) {
    assert.throws(
      () => vocabulary.tokenize(text, '\uE000', atStart),
      (error) =>
        error instanceof TataraError && error.code === 'character_unknown' && error.details.character === character,
      text,
    );
  }
  assert.ok(vocabulary.tokenize('Once upon a time', '\uE000', atStart).tokens.length > 3);
});
