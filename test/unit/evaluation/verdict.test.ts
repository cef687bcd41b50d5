import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AnsweredRow, Evaluation } from '../../../backend/contract/run.ts';
import { pairedDifference, verdictOf } from '../../../backend/contract/verdict.ts';

/** So many rows that both, only the tuned, only the base, and neither answered right. */
function rows(both: number, tuned: number, base: number, neither: number): AnsweredRow[] {
  const make = (count: number, tunedRight: boolean, baseRight: boolean): AnsweredRow[] =>
    Array.from({ length: count }, () => ({
      question: 'q',
      expected: 'e',
      base: 'b',
      tuned: 't',
      base_right: baseRight,
      tuned_right: tunedRight,
    }));
  return [
    ...make(both, true, true),
    ...make(tuned, true, false),
    ...make(base, false, true),
    ...make(neither, false, false),
  ];
}

function set(answers: AnsweredRow[]): NonNullable<Evaluation['held_out']> {
  const score = { right: 0, total: answers.length, share: 0, low: 0, high: 1 };
  return { base: score, tuned: score, answers };
}

test('the interval is that of the table in Newcombe’s paper', () => {
  // Table II of Statistics in Medicine 17, 1998, 2635-2650, its method 10: 56 pairs (36, 12, 2, 0) and others.
  const found = (a: number, b: number, c: number, d: number): number[] => {
    const { low, high } = pairedDifference(rows(a, b, c, d));
    return [low, high].map((value) => Number(value.toFixed(4)));
  };
  assert.deepEqual(found(36, 12, 2, 0), [0.0569, 0.3404]);
  assert.deepEqual(found(36, 14, 0, 0), [0.1528, 0.4167]);
  assert.deepEqual(found(0, 0, 0, 30), [-0.1135, 0.1135]);
});

const cases: readonly (readonly [string, Evaluation, string])[] = [
  ['better', { held_out: set(rows(2, 17, 0, 1)), regression: set(rows(20, 0, 0, 0)) }, 'better'],
  ['no difference', { held_out: set(rows(5, 2, 1, 12)) }, 'none'],
  ['worse', { held_out: set(rows(1, 0, 17, 2)) }, 'worse'],
  [
    'forgot, however much it learned',
    { held_out: set(rows(0, 20, 0, 0)), regression: set(rows(2, 0, 18, 0)) },
    'forgot',
  ],
  ['nothing was asked', {}, 'unmeasured'],
];
for (const [name, evaluation, kind] of cases) test(name, () => assert.equal(verdictOf(evaluation).kind, kind));

test('the interval holds the difference and stays within what is possible', () => {
  const n = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(n, n, n, n, (a, b, c, d) => {
      fc.pre(a + b + c + d > 0);
      const { low, high, change } = pairedDifference(rows(a, b, c, d));
      assert.ok(-1 <= low && low <= change + 1e-12 && change <= high + 1e-12 && high <= 1, `${low} ${change} ${high}`);
    }),
  );
});
