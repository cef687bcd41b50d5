import type { EngineEvent } from '../contract/messages.ts';
import type { Emit } from './emit.ts';

type Phase = (EngineEvent & { type: 'phase' })['phase'];

/** Tells how far a phase has come, at most a few times a second, and always when it is done. */
export function phaseProgress(emit: Emit, phase: Phase): (fraction: number) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (fraction) => {
    const now = performance.now();
    if (fraction < 1 && now - last < 200) return;
    last = now;
    emit({ type: 'phase', phase, fraction });
  };
}
