import type { EngineEvent } from '../contract/messages.ts';
import type { Emit } from './emit.ts';

/** What charts are drawn from. */
export type HistoryEvent = Extract<EngineEvent, { type: 'step' | 'heldOut' }>;

/**
 * The latest steps and losses, kept with each checkpoint. A backend that was killed may not have read what stood in the
 * pipe, and a run that goes on after those steps does not make them again; so it tells them again.
 */
export class History {
  readonly events: HistoryEvent[];
  readonly #emit: Emit;

  constructor(emit: Emit, events: readonly HistoryEvent[]) {
    this.#emit = emit;
    this.events = [...events];
  }

  /** An `emit` that also remembers. */
  readonly emit: Emit = (event) => {
    if (event.type === 'step' || event.type === 'heldOut') {
      this.events.push(event);
      if (this.events.length > mostEvents) this.events.shift();
    }
    this.#emit(event);
  };

  /** Tells again what came after the last step that is known; a loss that was measured on that step is told twice. */
  tellAfter(knownStep: number): void {
    for (const event of this.events) {
      if (event.step > knownStep || (event.type === 'heldOut' && event.step === knownStep)) this.#emit(event);
    }
  }
}

/** A pipe and the buffers at its ends hold some five hundred events. */
const mostEvents = 1000;
