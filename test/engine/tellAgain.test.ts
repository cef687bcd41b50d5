/** A backend that was killed may not have read the last lines of its engine; the run that goes on tells them again. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../native/contract/messages.ts';
import { runEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { tinyLlama, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

test('what came after the last known step is told again, and nothing else', async (t) => {
  const folder = tempDir(t);
  const run = join(folder, 'run');
  mkdirSync(run);
  const paths = { base: join(folder, 'm.gguf'), train: join(folder, 't.tok'), heldOut: join(folder, 'h.tok'), run };
  writeRandomModel(paths.base, tinyLlama);
  const rows = randomRows([20, 11, 16, 9, 14, 13], 80);
  writeTokenRows(paths.train, rows.slice(0, 4));
  writeTokenRows(paths.heldOut, rows.slice(4));
  const request = trainRequest(paths, { schedule: { steps: 6, evaluateEvery: 2, checkpointEvery: 3 }, resume: true });
  const told = (events: readonly EngineEvent[]) =>
    events.filter((event) => event.type === 'step' || event.type === 'heldOut');
  const first = told(await runEngine(request));

  const cases: [knownStep: number | undefined, expected: EngineEvent[]][] = [
    [undefined, []],
    [0, first],
    [6, first.filter((event) => event.type === 'heldOut' && event.step === 6)],
    [9, []],
    [3, first.filter((event) => event.step > 3)],
    [4, first.filter((event) => event.step > 4 || (event.step === 4 && event.type === 'heldOut'))],
  ];
  for (const [knownStep, expected] of cases) {
    const events = await runEngine({ ...request, ...(knownStep === undefined ? {} : { knownStep }) });
    assert.equal(events.at(-1)?.type, 'trained');
    assert.deepEqual(told(events), expected, `known: ${knownStep}`);
  }

  rmSync(join(run, 'checkpoint', 'history.json'));
  const failed = (await runEngine(request)).at(-1);
  assert.ok(failed?.type === 'failed' && failed.code === 'checkpoint_mismatch', JSON.stringify(failed));
});
