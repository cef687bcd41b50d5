import type * as z from 'zod';
import type { RunMetrics } from '../contract/run.ts';
import type { StoredRunEvent } from './runStore.ts';

type Metrics = z.infer<typeof RunMetrics>;

/**
 * One value a step. Steps that were made twice, because a run went on from a checkpoint before them, count as they were
 * made last; steps after that checkpoint that are not made again yet are not shown.
 */
export function runMetrics(events: readonly StoredRunEvent[], lastEvent: number): Metrics {
  const steps = new Map<number, Extract<StoredRunEvent, { type: 'step' }>>();
  const heldOut = new Map<number, number>();
  const checkpoints = new Set<number>();
  for (const event of events) {
    if (event.type === 'ready') {
      for (const step of steps.keys()) if (step >= event.first_step) steps.delete(step);
      for (const step of heldOut.keys()) if (step >= event.first_step) heldOut.delete(step);
      for (const step of checkpoints) if (step >= event.first_step) checkpoints.delete(step);
    } else if (event.type === 'step') {
      steps.set(event.step, event);
    } else if (event.type === 'held_out') {
      heldOut.set(event.step, event.loss);
    } else if (event.type === 'checkpoint') {
      checkpoints.add(event.step);
    }
  }
  const ordered = [...steps.values()].sort((a, b) => a.step - b.step);
  const measured = [...heldOut].sort((a, b) => a[0] - b[0]);
  return {
    step: ordered.map(({ step }) => step),
    loss: ordered.map(({ loss }) => loss),
    learning_rate: ordered.map(({ learning_rate }) => learning_rate),
    gradient_norm: ordered.map(({ gradient_norm }) => gradient_norm),
    tokens_per_second: ordered.map(({ tokens_per_second }) => tokens_per_second),
    memory: ordered.map(({ memory }) => memory),
    held_out: { step: measured.map(([step]) => step), loss: measured.map(([, loss]) => loss) },
    checkpoints: [...checkpoints].sort((a, b) => a - b),
    last_event: lastEvent,
    more: false,
  };
}

/** Some of the steps, in order. What was measured or saved at a step goes with it, and what came later with the last ones. */
export function metricsPage(
  whole: Metrics,
  {
    above = -1,
    limit = Number.POSITIVE_INFINITY,
  }: { readonly above?: number | undefined; readonly limit?: number | undefined },
): Metrics {
  if (above < 0 && whole.step.length <= limit) return whole;
  const from = firstAbove(whole.step, above);
  const to = Math.min(from + limit, whole.step.length);
  const more = to < whole.step.length;
  const last = more ? whole.step[to - 1]! : Number.POSITIVE_INFINITY;
  const measured = [firstAbove(whole.held_out.step, above), firstAbove(whole.held_out.step, last)] as const;
  return {
    step: whole.step.slice(from, to),
    loss: whole.loss.slice(from, to),
    learning_rate: whole.learning_rate.slice(from, to),
    gradient_norm: whole.gradient_norm.slice(from, to),
    tokens_per_second: whole.tokens_per_second.slice(from, to),
    memory: whole.memory.slice(from, to),
    held_out: { step: whole.held_out.step.slice(...measured), loss: whole.held_out.loss.slice(...measured) },
    checkpoints: whole.checkpoints.slice(firstAbove(whole.checkpoints, above), firstAbove(whole.checkpoints, last)),
    last_event: whole.last_event,
    more,
  };
}

function firstAbove(steps: readonly number[], above: number): number {
  const found = steps.findIndex((step) => step > above);
  return found < 0 ? steps.length : found;
}
