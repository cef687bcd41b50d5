import type { RunEvent } from '../../../backend/contract/run.ts';
import type { Metrics } from '../../../webviews/contract/training.ts';

type StepEvent = Extract<RunEvent, { type: 'step' }>;

/** Collects what comes step by step, so that a page gets it a few times a second and not thousands of times. */
export class MetricsBuffer {
  #metrics = empty();

  add(event: RunEvent): void {
    if (event.type === 'step') this.#addStep(event);
    else if (event.type === 'held_out') {
      this.#metrics.held_out.step.push(event.step);
      this.#metrics.held_out.loss.push(event.loss);
    } else if (event.type === 'checkpoint') this.#metrics.checkpoints.push(event.step);
  }

  /** What was collected since the last time; null: nothing. */
  take(): Metrics | null {
    const taken = this.#metrics;
    const { step, held_out: heldOut, checkpoints } = taken;
    if (step.length + heldOut.step.length + checkpoints.length === 0) return null;
    this.#metrics = empty();
    return taken;
  }

  #addStep({ step, loss, learning_rate, gradient_norm, tokens_per_second, memory }: StepEvent): void {
    const metrics = this.#metrics;
    metrics.step.push(step);
    metrics.loss.push(loss);
    metrics.learning_rate.push(learning_rate);
    metrics.gradient_norm.push(gradient_norm);
    metrics.tokens_per_second.push(tokens_per_second);
    metrics.memory.push(memory);
  }
}

function empty(): Metrics {
  return {
    step: [],
    loss: [],
    learning_rate: [],
    gradient_norm: [],
    tokens_per_second: [],
    memory: [],
    held_out: { step: [], loss: [] },
    checkpoints: [],
  };
}
