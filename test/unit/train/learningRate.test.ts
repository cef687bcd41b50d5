import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule } from '../../../native/contract/messages.ts';
import { learningRateAt } from '../../../native/train/learningRate.ts';

type Scheduler = Schedule['scheduler'];

const rates = (scheduler: Scheduler, steps: number, warmupSteps: number) => {
  const schedule = { learningRate: 2, scheduler, steps, warmupSteps } as Schedule;
  return Array.from({ length: steps }, (_, i) => learningRateAt(schedule, i + 1));
};

const tables: readonly { scheduler: Scheduler; steps: number; warmup: number; expected: number[] }[] = [
  { scheduler: 'constant', steps: 4, warmup: 0, expected: [2, 2, 2, 2] },
  { scheduler: 'constant', steps: 5, warmup: 4, expected: [0.5, 1, 1.5, 2, 2] },
  { scheduler: 'linear', steps: 4, warmup: 0, expected: [2, 1.5, 1, 0.5] },
  { scheduler: 'linear', steps: 6, warmup: 2, expected: [1, 2, 2, 1.5, 1, 0.5] },
  { scheduler: 'linear', steps: 1, warmup: 0, expected: [2] },
  { scheduler: 'cosine', steps: 4, warmup: 0, expected: [2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2] },
  { scheduler: 'cosine', steps: 5, warmup: 1, expected: [2, 2, 1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2] },
  // Warm-up that is longer than the run ends before the full rate.
  { scheduler: 'linear', steps: 2, warmup: 4, expected: [0.5, 1] },
];

for (const { scheduler, steps, warmup, expected } of tables) {
  test(`${scheduler}, ${warmup} of ${steps} steps of warm-up`, () => {
    const found = rates(scheduler, steps, warmup);
    assert.equal(found.length, expected.length);
    for (const [i, rate] of found.entries()) assert.ok(Math.abs(rate - expected[i]!) < 1e-12, `${found}`);
  });
}

/** `lr_lambda` of get_{constant,linear,cosine}_schedule_with_warmup in transformers/optimization.py. */
function transformers(scheduler: Scheduler, step: number, warmup: number, steps: number): number {
  if (step < warmup) return step / Math.max(1, warmup);
  if (scheduler === 'constant') return 1;
  const rest = Math.max(1, steps - warmup);
  if (scheduler === 'linear') return Math.max(0, (steps - step) / rest);
  return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((step - warmup) / rest))));
}

test('the schedules are those of transformers, but warm-up does not begin with a step at rate 0', () => {
  for (const scheduler of ['constant', 'linear', 'cosine'] as const) {
    for (const [steps, warmup] of [
      [10, 0],
      [10, 3],
      [100, 7],
      [4, 3],
    ] as const) {
      for (const [i, rate] of rates(scheduler, steps, warmup).entries()) {
        // transformers counts from 0. After warm-up both are at the same place; within it this one is a step ahead.
        const place = i < warmup ? i + 1 : i;
        assert.ok(Math.abs(rate / 2 - transformers(scheduler, place, warmup, steps)) < 1e-12);
      }
    }
  }
});
