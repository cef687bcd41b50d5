/**
 * The loss curve of a small run, step by step. A change of the trainer that moves it is either a fault or is meant; in
 * the second case `UPDATE_GOLDEN=1` writes it anew, and the new file is reviewed like code.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventsOf, runEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { tinyLlama, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

const goldenPath = join(import.meta.dirname, 'lossCurve.golden.json');

/** Of each number. CPU variants sum in different orders, which 12 steps amplify to 2e-7 (docs/engine.md). */
const tolerance = 1e-4;

interface Curve {
  readonly steps: { step: number; loss: number; gradientNorm: number; learningRate: number; tokens: number }[];
  readonly heldOut: { step: number; loss: number }[];
}

test('the golden loss curve', async (context) => {
  const folder = tempDir(context);
  const paths = { base: join(folder, 'm.gguf'), train: join(folder, 't.tok'), heldOut: join(folder, 'h.tok') };
  const run = join(folder, 'run');
  mkdirSync(run);
  writeRandomModel(paths.base, tinyLlama);
  const rows = randomRows([20, 11, 16, 9, 14, 13, 25, 8, 12], tinyLlama.vocabulary);
  writeTokenRows(paths.train, rows.slice(0, 7));
  writeTokenRows(paths.heldOut, rows.slice(7));
  const events = await runEngine(
    trainRequest(
      { ...paths, run },
      {
        method: {
          ...{ kind: 'lora', rank: 4, alpha: 8, dropout: 0.1 },
          targets: ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'head'],
        },
        schedule: { steps: 12, batchSize: 2, gradientAccumulation: 2, scheduler: 'cosine', weightDecay: 0.01 },
      },
    ),
  );
  assert.equal(events.at(-1)?.type, 'trained', JSON.stringify(events.at(-1)));
  const found: Curve = {
    steps: eventsOf(events, 'step').map(({ step, loss, gradientNorm, learningRate, tokens }) => {
      return { step, loss, gradientNorm, learningRate, tokens };
    }),
    heldOut: eventsOf(events, 'heldOut').map(({ step, loss }) => ({ step, loss })),
  };
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(goldenPath, `${JSON.stringify(found, null, 2)}\n`);
  const golden = JSON.parse(readFileSync(goldenPath, 'utf8')) as Curve;
  const worst = Math.max(distance(found.steps, golden.steps), distance(found.heldOut, golden.heldOut));
  context.diagnostic(`worst ${worst.toExponential(1)}`);
  assert.ok(worst < tolerance, `off by ${worst}: ${JSON.stringify(found)}`);
  assert.ok(golden.steps.at(-1)!.loss < golden.steps[0]!.loss * 0.6, 'the run learns');
});

/** The worst relative difference of any number. */
function distance<T extends Record<string, number>>(found: readonly T[], golden: readonly T[]): number {
  assert.equal(found.length, golden.length);
  return Math.max(
    ...golden.flatMap((row, i) =>
      Object.entries(row).map(([key, value]) => Math.abs(found[i]![key]! - value) / Math.max(Math.abs(value), 1e-12)),
    ),
  );
}
