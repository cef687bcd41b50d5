import type { Adapter } from '../../../backend/contract/model.ts';
import type { Run, RunMetrics } from '../../../backend/contract/run.ts';
import { flattenRecipe } from '../../../backend/contract/settings.ts';
import { verdictOf } from '../../../backend/contract/verdict.ts';
import type { ComparedRun } from '../../../webviews/contract/compareRuns.ts';
import type { RunView } from '../../../webviews/contract/run.ts';
import type { Metrics } from '../../../webviews/contract/training.ts';

/** A run as its page shows it. */
export function runView(run: Run, adapter: Adapter | null, isDefault: boolean): RunView {
  const heldOut = run.evaluation?.held_out;
  const { base_loss: base, tuned_loss: tuned } = heldOut ?? {};
  return {
    ...shared(run),
    base: { name: run.base.name, hash: run.base.hash },
    dataset: { name: run.dataset.name, version: run.dataset.version, hash: run.dataset.hash },
    started_at: run.started_at,
    ended_at: run.ended_at,
    queue_place: run.queue_place,
    steps: run.steps,
    seconds_left: run.seconds_left,
    checkpoint_step: run.checkpoint_step,
    engine_version: run.engine_version,
    device: run.device,
    failure: run.error && {
      message: run.error.message,
      ...(run.error.hint === undefined ? {} : { hint: run.error.hint }),
    },
    adapter: adapter && { name: adapter.name, bytes: adapter.bytes },
    is_default: isDefault,
    continued_from: run.continued_from && { name: run.continued_from.name, step: run.continued_from.step },
    losses: base === undefined || tuned === undefined ? null : { base, tuned },
    answers: heldOut?.answers ?? [],
  };
}

/** A run as the comparison shows it. */
export function comparedRun(run: Run): ComparedRun {
  const { started_at: started, ended_at: ended } = run;
  // A clock that was set back meanwhile must not make it negative.
  const seconds =
    started === null || ended === null ? null : Math.max(0, (Date.parse(ended) - Date.parse(started)) / 1000);
  return { ...shared(run), base: run.base.name, dataset: `${run.dataset.name}@${run.dataset.version}`, seconds };
}

function shared({ id, name, state, created_at, step, train_loss, held_out_loss, recipe, evaluation }: Run) {
  return {
    id,
    name,
    state,
    created_at,
    step,
    train_loss: number(train_loss),
    held_out_loss: number(held_out_loss),
    settings: flattenRecipe(recipe),
    verdict: evaluation && verdictOf(evaluation),
  };
}

export function metricsView({ last_event: _, more: _more, ...metrics }: RunMetrics): Metrics {
  return metrics;
}

function number(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
