import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseAnswer, sameAnswer } from '../../../backend/evaluation/normaliseAnswer.ts';

const same: readonly (readonly [string, string])[] = [
  ['Paris', 'Paris'],
  ['paris.', 'Paris'],
  [' Paris\n', '"Paris!"'],
  ['The  capital\tis Paris', 'the capital is paris'],
  ['１２ＡＢ', '12ab'],
  ['東京です。', '東京です'],
  ['「東京」', '東京'],
  ['ｶﾀｶﾅ', 'カタカナ'],
  ['か\u3099', 'が'],
  ['Straße', 'STRASSE'],
  ['STRAẞE', 'strasse'],
  ['don’t', 'don’t.'],
  ['?!', ' ?! '],
  ['', '  '],
];

const different: readonly (readonly [string, string])[] = [
  ['Paris', 'London'],
  ['12 km', '12'],
  ['The capital is Paris', 'Paris'],
  ['Par is', 'Paris'],
  ['3.5', '35'],
  ['', 'Paris'],
  ['...', 'Paris'],
  ['', '?'],
  ['+1', '1'],
  ['か', 'が'],
];

test('answers are the same but for width, case, white space and the punctuation around them', () => {
  for (const [given, expected] of same) assert.ok(sameAnswer(given, expected), `${given} | ${expected}`);
  for (const [given, expected] of different) {
    assert.ok(!sameAnswer(given, expected), `${given} | ${expected}`);
    assert.ok(!sameAnswer(expected, given), `${expected} | ${given}`);
  }
});

test('normalising twice is normalising once, and every answer is the same as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(normaliseAnswer(normaliseAnswer(text)), normaliseAnswer(text));
      assert.ok(sameAnswer(text, text));
      assert.ok(sameAnswer(` ${text}\r\n`, text));
    }),
    { numRuns: 2000 },
  );
});
