import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chart } from '../../../backend/cli/chart.ts';
import { safeLines } from '../../../backend/cli/safeOutput.ts';
import { createStyle } from '../../../backend/cli/style.ts';
import { facts, table } from '../../../backend/cli/table.ts';
import { pad, textWidth, truncate, wrap } from '../../../backend/cli/width.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';

const widths: [text: string, expected: number][] = [
  ['', 0],
  ['abc', 3],
  ['日本語', 6],
  ['ﾊﾝｶｸ', 4],
  ['（全角）', 8],
  ['e\u0301', 1],
  ['👍', 2],
  ['👨‍👩‍👧', 2],
  ['✓ ✗ … ─ █', 9],
  ['\x1b[31mred\x1b[39m', 3],
  ['が', 2],
  ['か\u3099', 2],
];
for (const [text, expected] of widths) {
  test(`${JSON.stringify(text)} is ${expected} wide`, () => assert.equal(textWidth(text), expected));
}

const texts = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme-composite' }), fc.constantFrom(' ', '日本', 'word ', '、')))
  .map((parts) => parts.join('').replaceAll(/\p{C}/gu, ''));

test('wrapped lines fit and lose nothing but spaces', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrap(text, width);
      for (const line of lines) assert.ok(textWidth(line) <= width, line);
      assert.equal(lines.join('').replaceAll(/\s/g, ''), text.replaceAll(/\s/g, ''));
    }),
  );
});

test('truncated texts fit, and padded ones are just as wide as asked for', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 40 }), (text, width) => {
      assert.ok(textWidth(truncate(text, width)) <= width);
      assert.equal(textWidth(pad(truncate(text, width), width)), width);
    }),
  );
});

test('words stay whole where they fit', () => {
  assert.deepEqual(wrap('the quick brown fox', 10), ['the quick', 'brown fox']);
  assert.deepEqual(wrap('東京に住んでいます', 10), ['東京に住ん', 'でいます']);
});

test('columns line up, wide characters too', () => {
  const lines = table(
    [{ title: '名前' }, { title: 'Rows', numeric: true }],
    [
      ['東京', '7'],
      ['a', '1,204'],
    ],
  );
  assert.deepEqual(lines, ['名前   Rows', '東京      7', 'a     1,204']);
  assert.deepEqual(
    facts([
      ['名', 'x'],
      ['abc', 'y'],
    ]),
    ['名   x', 'abc  y'],
  );
});

test('a chart has its axis, its highest and lowest value, and a falling line falls', () => {
  const lines = chart(
    { x: [1, 2, 3, 4], y: [4, 3, 2, 1] },
    { width: 10, height: 4, format: (value) => value.toFixed(0) },
  );
  assert.deepEqual(lines, ['4 ┤⠳⣄⡀', '  ┤  ⠙⠦⣄', '  ┤    ⠈⠓⢦⡀', '1 ┤       ⠙⠲⣄', '  └──────────', '   1        4']);
});

test('a chart of any series keeps its size', () => {
  const point = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 300 }), (y) => {
      const x = y.map((_, index) => index + 1);
      const lines = chart({ x, y }, { width: 30, height: 5, format: (value) => value.toFixed(2) });
      assert.equal(lines.length, 7);
      const plot = Math.max(...lines.slice(0, 5).map((line) => line.split('┤')[1]?.length ?? 0));
      assert.ok(plot >= 1 && plot <= 30);
    }),
  );
});

test('nothing that somebody else wrote acts on the terminal, and our own colours stay', () => {
  const style = createStyle(true, {});
  for (const paint of Object.values(style)) assert.equal(safeLines(paint('x')), paint('x'));
  for (const text of hostileTexts) {
    const lines = [...table([{ title: 'Name' }, { title: 'Rows' }], [[text, '1']]), ...facts([[text, text]])];
    assert.equal(lines.length, 3);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: our own colours are what is taken away.
    const colours = /\x1b\[(1|22|31)m/g;
    for (const line of [...lines.slice(0, 2), safeLines(text), safeLines(style.bold(text))]) {
      const left = line.replaceAll(colours, '').replaceAll('\u200d', '').replaceAll('\n', '');
      assert.doesNotMatch(left, /[\p{Cc}\p{Cf}]/u, JSON.stringify(line));
    }
  }
});
