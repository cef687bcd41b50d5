import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scoreOf } from '../../../backend/evaluation/score.ts';

// R: binom::binom.wilson(x, n); prop.test(x, n, correct = FALSE) gives the same.
const known: readonly (readonly [right: number, total: number, low: number, high: number])[] = [
  [0, 10, 0, 0.2775328],
  [1, 10, 0.01787621, 0.40415],
  [5, 10, 0.2365931, 0.7634069],
  [10, 10, 0.7224672, 1],
  [81, 263, 0.2553, 0.3662],
  [78, 80, 0.9134, 0.9931],
];

test('the interval is that of Wilson', () => {
  for (const [right, total, low, high] of known) {
    const score = scoreOf(right, total);
    assert.ok(Math.abs(score.low - low) < 1e-4, `${right} of ${total}: ${score.low}`);
    assert.ok(Math.abs(score.high - high) < 1e-4, `${right} of ${total}: ${score.high}`);
    assert.equal(score.share, right / total);
  }
  assert.deepEqual(scoreOf(0, 0), { right: 0, total: 0, share: 0, low: 0, high: 1 });
});

test('the interval holds the share, lies within 0 and 1 and narrows with more answers', () => {
  fc.assert(
    fc.property(fc.nat({ max: 500 }), fc.nat({ max: 500 }), (a, b) => {
      const [right, total] = a < b ? [a, b] : [b, a + 1];
      const { low, share, high } = scoreOf(right, total);
      assert.ok(0 <= low && low <= share && share <= high && high <= 1);
      const more = scoreOf(right * 4, total * 4);
      assert.ok(more.high - more.low < high - low);
    }),
  );
});
