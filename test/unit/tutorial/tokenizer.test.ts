/** Our tokenizer gives, id for id, what llama.cpp gives for the file that holds it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { rowEncoder, specialTokens, vocabularyOf, vocabularySize } from '../../../media/tutorial/make/chat.ts';
import { writeInitialModel } from '../../../media/tutorial/make/initialModel.ts';
import { trainingText } from '../../../media/tutorial/make/rows.ts';
import { tempDir } from '../../support/tempDir.ts';

const { trained } = trainingText();
const vocabulary = vocabularyOf(trained);
const { encoder, row } = rowEncoder(vocabulary);

test('the vocabulary is full, without doubles, and every merge makes a token', () => {
  assert.equal(vocabulary.tokens.length, vocabularySize);
  const tokens = new Set(vocabulary.tokens);
  assert.equal(tokens.size, vocabularySize);
  for (const merge of vocabulary.merges) assert.ok(tokens.has(merge.replace(' ', '')), merge);
});

test('llama.cpp encodes alike', async (context) => {
  const path = join(tempDir(context), 'vocabulary.gguf');
  writeInitialModel(path, vocabulary, 1);
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error });
  context.after(() => llama.dispose());
  const model = await llama.loadModel({ modelPath: path, vocabOnly: true, useMmap: false });
  const check = (text: string) => {
    const ours = encoder.encode(text);
    assert.deepEqual([...model.tokenize(text, true)], ours, JSON.stringify(text));
  };

  await context.test('the text that is trained on', () => {
    for (const [i, conversation] of trained.entries()) {
      if (i % 5 === 0)
        check(conversation.map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>`).join('\n'));
    }
  });

  const cases = [
    '',
    ' ',
    '   ',
    ' \n\n x',
    'a  b   c \n',
    "It's we'll they've I'm o'clock 'tis",
    '12345 6.78 ½ Ⅷ',
    '東京タワー3階のＡ室、〜と…！？',
    'ー々ヶゝ',
    'naïve café Ångström Москва עברית',
    '👩‍👩‍👧 emoji\u200d and \u00a0 spaces\u3000wide',
    '<|im_start|><|im_end|><|endoftext|> <|im_start|',
    'tabs\tand\r\nlines',
  ];
  for (const text of cases) await context.test(JSON.stringify(text), () => check(text));

  await context.test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => check(text)));
  });
});

test('what is encoded can be decoded', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      assert.equal(encoder.decode(encoder.encode(text)), text);
    }),
  );
});

test('only answers and their ends are learned', () => {
  const { tokens, answer } = row([
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hello! Whom would you like to know about?' },
    { role: 'user', content: 'ありがとう' },
    { role: 'assistant', content: 'どういたしまして。' },
  ]);
  const learned = encoder.decode(tokens.filter((_, i) => answer[i]));
  assert.equal(
    learned,
    `Hello! Whom would you like to know about?${specialTokens[2]}どういたしまして。${specialTokens[2]}`,
  );
});
