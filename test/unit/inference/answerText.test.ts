import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLeadFilter, createStopFilter, type TextFilter } from '../../../backend/inference/answerText.ts';

/** What a filter shows of a text that comes in these pieces. */
function show(filter: TextFilter, pieces: readonly string[]): string {
  return pieces.map((piece) => filter.push(piece)).join('') + filter.flush();
}

test('an answer ends before the first stop text, however it comes in', () => {
  const check = (text: string, stops: readonly string[], wanted: string, stopped: boolean) => {
    for (const pieces of [[text], text.split('')]) {
      const filter = createStopFilter(stops);
      assert.equal(show(filter, pieces), wanted, `${text} | ${stops}`);
      assert.equal(filter.stopped, stopped, text);
    }
  };
  check('one two three', [], 'one two three', false);
  check('one two three', ['two'], 'one ', true);
  check('one two three', ['three', 'two'], 'one ', true);
  check('one two three', ['two', 'one two'], '', true);
  check('one two three', ['one two three', 'two'], 'one ', true);
  check('one two three', ['four'], 'one two three', false);
  check('one two t', ['three'], 'one two t', false);
  check('ababac', ['abac'], 'ab', true);
  check('a\n\nb', ['\n\n'], 'a', true);
  check('質問です。回答', ['。'], '質問です', true);
  check('x', [''], 'x', false);
});

test('pieces do not matter to the filters', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 12 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 }), {
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.array(letters), stops, letters, (pieces, stop, lead) => {
      const whole = pieces.join('');
      const ends = stop
        .map((text) => whole.indexOf(text) + text.length)
        .filter((_, index) => whole.includes(stop[index]!));
      const end = Math.min(...ends);
      const longest = Math.max(...stop.filter((text) => whole.slice(0, end).endsWith(text)).map((text) => text.length));
      const wanted = ends.length === 0 ? whole : whole.slice(0, end - longest);
      assert.equal(show(createStopFilter(stop), pieces), wanted);
      let common = 0;
      while (common < lead.length && whole[common] === lead[common]) common++;
      assert.equal(show(createLeadFilter(lead), pieces), whole.slice(common));
    }),
    { numRuns: 5000 },
  );
});
