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
  };
}
