import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowKey } from '../../../backend/datasets/rowKey.ts';
import { chooseHeldOut } from '../../../backend/training/splitRows.ts';
import { pair } from '../../support/testBackend.ts';

const same: [a: string, b: string][] = [
  ['What is it?', 'what  is IT?'],
  ['１２ km', '12 km'],
  ['a\n b', ' a b '],
  ['カタカナ', 'ｶﾀｶﾅ'],
];
for (const [a, b] of same) {
  test(`${JSON.stringify(a)} and ${JSON.stringify(b)} are duplicates`, () => {
    assert.equal(rowKey(pair(a, 'x')), rowKey(pair(b, 'X')));
  });
}

const different: [a: ReturnType<typeof pair>, b: ReturnType<typeof pair>][] = [
  [pair('a', 'b'), pair('a', 'c')],
  [pair('a', 'b'), pair('b', 'a')],
  [pair('ab', 'c'), pair('a', 'bc')],
  [pair('a', 'b'), { messages: [{ role: 'system', content: '' }, ...pair('a', 'b').messages] }],
  [pair('café', 'x'), pair('cafe', 'x')],
];
for (const [a, b] of different) {
  test(`${JSON.stringify(a.messages)} is not ${JSON.stringify(b.messages)}`, () => {
    assert.notEqual(rowKey(a), rowKey(b));
  });
}

const keysAndShare = {
  keys: fc.array(fc.integer({ min: 0, max: 60 }).map(String), { minLength: 1, maxLength: 200 }),
  share: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  seed: fc.nat(),
};

test('some rows are held out, never all, and about as many as asked for', () => {
  fc.assert(
    fc.property(keysAndShare.keys, keysAndShare.share, keysAndShare.seed, (keys, share, seed) => {
      const chosen = chooseHeldOut(keys, share, seed);
      const groups = new Set(keys).size;
      const rows = keys.filter((key) => chosen.has(key)).length;
      const largest = Math.max(...[...new Set(keys)].map((key) => keys.filter((other) => other === key).length));
      assert.ok(chosen.size < groups);
      assert.ok(groups === 1 || rows >= 1);
      assert.ok(rows <= Math.max(1, Math.round(share * keys.length)) * 1.5 + largest);
    }),
  );
});

test('the choice hangs on seed and content, not on the order', () => {
  fc.assert(
    fc.property(keysAndShare.keys, keysAndShare.share, keysAndShare.seed, (keys, share, seed) => {
      assert.deepEqual(
        new Set(chooseHeldOut(keys, share, seed)),
        new Set(chooseHeldOut(keys.toReversed(), share, seed)),
      );
    }),
  );
  const many = Array.from({ length: 100 }, (_, index) => String(index));
  assert.notDeepEqual([...chooseHeldOut(many, 0.1, 1)], [...chooseHeldOut(many, 0.1, 2)]);
  assert.equal(chooseHeldOut(many, 0.1, 1).size, 10);
  assert.equal(chooseHeldOut(many, 0, 1).size, 0);
});
