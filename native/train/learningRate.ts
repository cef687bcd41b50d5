import type { Schedule } from '../contract/messages.ts';

/**
 * The learning rate of step `step` (from 1 on). Warm-up rises linearly to the full rate; then `constant` stays, `linear`
 * falls to 0 and `cosine` falls along half a cosine (Loshchilov & Hutter 2017, arXiv 1608.03983), both reaching 0 one
 * step after the last.
 */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { learningRate, warmupSteps, steps, scheduler } = schedule;
  if (step <= warmupSteps) return (learningRate * step) / warmupSteps;
  const progress = (step - 1 - warmupSteps) / Math.max(1, steps - warmupSteps);
  switch (scheduler) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * (1 - progress);
    case 'cosine':
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
  }
}
