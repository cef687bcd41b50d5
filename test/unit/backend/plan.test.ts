import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recipe } from '../../../backend/contract/recipe.ts';
import { queuePlaces, startable, type Waiting } from '../../../backend/jobs/queueOrder.ts';
import { estimate } from '../../../backend/training/estimateRun.ts';
import {
  planContext,
  planEvery,
  planSchedule,
  planSteps,
  planWarmup,
  rowLimit,
} from '../../../backend/training/planRun.ts';
import { metricsPage, runMetrics } from '../../../backend/training/runMetrics.ts';
import type { StoredRunEvent } from '../../../backend/training/runStore.ts';
import { SampleBudget } from '../../../backend/training/sampleBudget.ts';
import { SecondsLeft } from '../../../backend/training/secondsLeft.ts';

const stepCases: [epochs: number, rows: number, batch: number, accumulation: number, expected: number][] = [
  [1, 20, 4, 1, 5],
  [3, 20, 4, 1, 15],
  [1, 21, 4, 1, 6],
  [1, 1, 4, 1, 1],
  [0.1, 30, 3, 1, 1],
  [1 / 3, 300, 100, 1, 1],
  [0.01, 10, 4, 1, 1],
  [2, 20, 4, 5, 2],
  [2.5, 8, 4, 1, 5],
];
for (const [epochs, rows, batch_size, gradient_accumulation, expected] of stepCases) {
  test(`${epochs} rounds over ${rows} rows by ${batch_size} x ${gradient_accumulation} take ${expected} steps`, () => {
    assert.equal(planSteps({ epochs, batch_size, gradient_accumulation }, rows), expected);
  });
}

test('steps that are asked for win', () => {
  assert.equal(planSteps({ steps: 7, epochs: 3, batch_size: 4, gradient_accumulation: 1 }, 100), 7);
});

test('what auto means', () => {
  assert.deepEqual(
    [5, 10, 99, 1000, 5000].map((steps) => planWarmup('auto', steps)),
    [0, 1, 9, 100, 100],
  );
  assert.deepEqual([planWarmup(3, 10), planWarmup(30, 10), planWarmup(0, 10)], [3, 10, 0]);
  assert.deepEqual(
    [1, 4, 15, 100, 1000].map((steps) => planEvery('auto', steps)),
    [1, 1, 2, 10, 100],
  );
  assert.deepEqual([planEvery(0, 100), planEvery(7, 100)], [0, 7]);
  assert.deepEqual([planContext('auto', 3), planContext('auto', 300), planContext(64, 10)], [8, 300, 64]);
  assert.deepEqual([rowLimit('auto', 256), rowLimit(512, 256), rowLimit(64, 256)], [256, 512, 64]);
});

test('nothing is measured where nothing is held out', () => {
  const recipe = Recipe.parse({ base: 'b', dataset: 'd' });
  const counts = { trainRows: 100, longestRow: 50 };
  assert.equal(planSchedule(recipe, { ...counts, heldOutRows: 0 }).evaluateEvery, 0);
  assert.equal(planSchedule(recipe, { ...counts, heldOutRows: 5 }).evaluateEvery, 8);
});

const at = '2026-11-21T00:00:00.000Z';
const queue = (...devices: string[]): Waiting[] => devices.map((device, index) => ({ id: String(index), device }));
const startCases: [waiting: string[], busy: string[], starts: string[]][] = [
  [[], [], []],
  [['CPU'], [], ['0']],
  [['CPU', 'CPU'], [], ['0']],
  [['CPU', 'GPU'], [], ['0', '1']],
  [['CPU', 'GPU'], ['CPU'], ['1']],
  [['auto', 'GPU'], [], ['0']],
  [['CPU', 'auto', 'GPU'], [], ['0']],
  [['CPU', 'CPU', 'GPU'], ['GPU'], ['0']],
  [['GPU'], ['auto'], []],
  [['auto'], ['CPU'], []],
];
for (const [waiting, busy, expected] of startCases) {
  test(`of [${waiting}] with [${busy}] in use start [${expected}]`, () => {
    assert.deepEqual(
      startable(queue(...waiting), busy).map(({ id }) => id),
      expected,
    );
  });
}

test('places count those who wait for the same device', () => {
  assert.deepEqual([...queuePlaces(queue('CPU', 'GPU', 'CPU', 'auto', 'GPU')).values()], [1, 1, 2, 4, 3]);
});

test('the time left is told from the second step on, without the first', () => {
  const left = new SecondsLeft(() => 0);
  assert.equal(left.after(1, 100, 9), null);
  assert.equal(left.after(2, 100, 2), 2 * 98);
  assert.equal(left.after(3, 100, 4), 3 * 97);
  assert.equal(left.after(100, 100, 4), 0);
});

test('the time left follows a machine that becomes busy', () => {
  const left = new SecondsLeft(() => 0);
  for (let step = 1; step <= 30; step++) left.after(step, 1000, 1);
  for (let step = 31; step <= 60; step++) left.after(step, 1000, 10);
  assert.equal(left.after(61, 1000, 10), 10 * 939);
});

test('what comes between steps counts as much as it has so far', () => {
  let time = 0;
  const left = new SecondsLeft(() => time);
  const step = (number: number, pause: number): number | null => {
    time += 2 + pause;
    return left.after(number, 100, 2);
  };
  step(1, 0);
  for (let number = 2; number <= 10; number++) step(number, 0);
  // Ten seconds every ten steps: a second a step.
  assert.equal(step(11, 10), (2 + 1) * 89);
});

test('a machine that was asleep changes no estimate, and one that became slow does', () => {
  let time = 0;
  const left = new SecondsLeft(() => time);
  const step = (number: number, seconds: number, pause = 0): number | null => {
    time += seconds + pause;
    return left.after(number, 1000, seconds);
  };
  for (let number = 1; number <= 30; number++) step(number, 2, number === 10 ? 1 : 0);
  const before = step(31, 2)!;
  assert.ok(Math.abs(before / 969 - 2) < 0.1, String(before));
  // Eight hours pass in the middle of a step, and again between two.
  assert.ok(Math.abs(step(32, 28_800)! / 968 - 2) < 0.1);
  assert.ok(Math.abs(step(33, 2, 28_800)! / 967 - 2) < 0.1);
  for (let number = 34; number <= 60; number++) step(number, 100);
  assert.ok(Math.abs(step(61, 100)! / 939 - 100) < 1);
  // A clock that was set back.
  time -= 5000;
  assert.ok(step(62, 100)! > 0);
});

test('no more than a tenth of a run goes into asking it, but for the first seconds', () => {
  const budget = new SampleBudget();
  assert.equal(budget.allows(0), true);
  budget.spend(8);
  assert.equal(budget.allows(20), true);
  budget.spend(12);
  // 20 s are spent, and the next 12 would be more than 20 and a tenth of the 80 in which it learned.
  assert.equal(budget.allows(100), false);
  assert.equal(budget.allows(141), true);
});

test('an estimate has everything in it: start, steps, held-out losses, answers', () => {
  const recipe = Recipe.parse({ base: 'b', dataset: 'd', training: { steps: 100 } });
  const measures = {
    ...{ secondsPerStep: 1, startupSeconds: 5, evaluationSeconds: 2, answerLoadSeconds: 1, secondsPerAnswer: 0.5 },
    ...{ peakMemory: 1, machineMemory: 2, diskBytes: 3, tokensPerSecond: 4, device: 'CPU', at },
  };
  const counts = { trainRows: 90, heldOutRows: 10 };
  const plan = { ...counts, schedule: planSchedule(recipe, { ...counts, longestRow: 9 }) };
  const all = estimate(measures, { recipe, regressionDataset: null }, plan);
  assert.equal(all.evaluation_seconds, 11 * 2);
  // Both models answer ten rows at the end; on the way three are asked eleven times.
  assert.equal(all.answering_seconds, 2 * (1 + 10 * 0.5) + 11 * (1 + 3 * 0.5));
  assert.equal(all.estimated_seconds, 5 + 100 + all.evaluation_seconds + all.answering_seconds);
  const slow = estimate({ ...measures, secondsPerAnswer: 100 }, { recipe, regressionDataset: null }, plan);
  assert.ok(Math.abs(slow.answering_seconds - (2 * 1001 + 20 + 12.2)) < 1e-6, 'asking on the way is bounded');
  const quiet = Recipe.parse({ ...recipe, evaluation: { answers: false } });
  assert.equal(estimate(measures, { recipe: quiet, regressionDataset: null }, plan).answering_seconds, 0);
});

const stepEvent = (step: number, loss: number): StoredRunEvent => ({
  id: 1,
  at,
  type: 'step',
  step,
  steps: 9,
  loss,
  learning_rate: 1,
  gradient_norm: 1,
  tokens: 1,
  answer_tokens: 1,
  tokens_per_second: 1,
  memory: 1,
  peak_memory: 1,
  seconds_left: null,
});
const readyEvent = (first_step: number): StoredRunEvent => ({
  id: 1,
  at,
  type: 'ready',
  engine_version: '1',
  device: 'CPU',
  threads: 1,
  trainable_parameters: 1,
  first_step,
  variants: {},
});
const heldOut = (step: number, loss: number): StoredRunEvent => ({ id: 1, at, type: 'held_out', step, loss });

test('steps that were made twice count once, and those that are not made again yet not at all', () => {
  const before = [readyEvent(1), heldOut(0, 9), stepEvent(1, 5), stepEvent(2, 4), heldOut(2, 8), stepEvent(3, 3)];
  assert.deepEqual(runMetrics(before, 6).loss, [5, 4, 3]);
  const resumed = runMetrics([...before, readyEvent(2), stepEvent(2, 4.5)], 8);
  assert.deepEqual([resumed.step, resumed.loss, resumed.held_out], [[1, 2], [5, 4.5], { step: [0], loss: [9] }]);
});

test('the pages of the metrics make the whole, whatever their size', () => {
  const events = Array.from({ length: 10 }, (_, index) => [
    stepEvent(index + 1, 10 - index),
    { id: 1, at, type: 'held_out' as const, step: index + 1, loss: 20 - index },
    ...(index % 3 === 0 ? [{ id: 1, at, type: 'checkpoint' as const, step: index + 1 }] : []),
  ]).flat();
  const whole = runMetrics([{ id: 1, at, type: 'held_out', step: 0, loss: 30 }, ...events], 99);
  for (const limit of [1, 3, 10, 11]) {
    const steps: number[] = [];
    const heldOut: number[] = [];
    const checkpoints: number[] = [];
    for (let above = -1, more = true; more; above = steps.at(-1)!) {
      const page = metricsPage(whole, { above, limit });
      assert.ok(page.step.length <= limit && page.loss.length === page.step.length && page.last_event === 99);
      steps.push(...page.step);
      heldOut.push(...page.held_out.step);
      checkpoints.push(...page.checkpoints);
      more = page.more;
    }
    assert.deepEqual([steps, heldOut, checkpoints], [whole.step, whole.held_out.step, whole.checkpoints]);
  }
});
