import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation } from '../../backend/contract/run.ts';
import { openDatabase } from '../../backend/db/openDatabase.ts';
import { createRunStore } from '../../backend/db/runStore.ts';
import { parseRecipe } from '../../backend/recipes/parseRecipe.ts';
import type { RunRecord } from '../../backend/training/runStore.ts';

const hash = `sha256:${'a'.repeat(64)}`;

/** Puts runs into the data base of a data directory before its backend is started; what is left out is of a run that is done. */
export function writeRuns(home: string, runs: readonly Partial<RunRecord>[]): void {
  mkdirSync(home, { recursive: true });
  const database = openDatabase(join(home, 'tatara.db'));
  const store = createRunStore(database);
  const recipe = parseRecipe({ base: 'base', dataset: 'pairs' }, { language: 'en' });
  store.transaction(() => {
    for (const [index, run] of runs.entries()) {
      const at = new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
      store.add({
        id: `run_${index}`,
        continuedFrom: null,
        name: `run ${index}`,
        state: 'succeeded',
        recipe,
        base: { id: 'mdl_1', name: 'base', hash },
        dataset: { id: 'dat_1', name: 'pairs', hash, version: 1 },
        heldOutDataset: null,
        regressionDataset: null,
        createdAt: at,
        startedAt: at,
        endedAt: at,
        queueOrder: index,
        queuePlace: null,
        step: 9,
        steps: 9,
        secondsLeft: null,
        trainLoss: 0.5,
        heldOutLoss: 0.75,
        checkpointStep: 9,
        engineVersion: '1.0.0',
        device: 'CPU',
        error: null,
        adapterId: null,
        modelId: null,
        evaluation: null,
        verdict: null,
        plan: null,
        engine: null,
        wanted: null,
        interruptions: 0,
        ...run,
      });
    }
  });
  database.close();
}

/** Held-out answers of which the tuned model has the first `right` right, and the base none. */
export function evaluationOf(rows: number, right: number): Evaluation {
  const score = (count: number) => ({ right: count, total: rows, share: count / rows, low: 0, high: 1 });
  const answers = Array.from({ length: rows }, (_, index) => ({
    question: `Question ${index}`,
    expected: 'yes',
    base: 'no',
    tuned: index < right ? 'yes' : 'no',
    base_right: false,
    tuned_right: index < right,
  }));
  return { held_out: { base: score(0), tuned: score(right), answers } };
}
