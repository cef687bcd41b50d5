import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recipe } from '../../../backend/contract/recipe.ts';
import { queuePlaces, startable, type Waiting } from '../../../backend/jobs/queueOrder.ts';
import {
  planContext,
  planEvery,
  planSchedule,
  planSteps,
  planWarmup,
  rowLimit,
} from '../../../backend/training/planRun.ts';
import { runMetrics } from '../../../backend/training/runMetrics.ts';
import type { StoredRunEvent } from '../../../backend/training/runStore.ts';
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
  const left = new SecondsLeft();
  assert.equal(left.after(1, 100, 9), null);
  assert.equal(left.after(2, 100, 2), 2 * 98);
  assert.equal(left.after(3, 100, 4), 3 * 97);
  assert.equal(left.after(100, 100, 4), 0);
});

test('the time left follows a machine that becomes busy', () => {
  const left = new SecondsLeft();
  for (let step = 1; step <= 30; step++) left.after(step, 1000, 1);
  for (let step = 31; step <= 60; step++) left.after(step, 1000, 10);
  assert.equal(left.after(61, 1000, 10), 10 * 939);
});

const at = '2026-11-21T00:00:00.000Z';
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
