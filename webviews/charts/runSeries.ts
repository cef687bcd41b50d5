import { type MetricName, type Metrics, metricNames } from '../contract/training.ts';
import { MetricSeries } from './metricSeries.ts';

/** Everything that was measured in a run, growing with it. */
export class RunSeries {
  readonly train = new MetricSeries<MetricName>(metricNames);
  readonly heldOut = new MetricSeries(['loss']);
  #checkpoints: number[] = [];

  get checkpoints(): readonly number[] {
    return this.#checkpoints;
  }

  /** A number that is none travels as null. */
  append({ step, held_out: heldOut, checkpoints, ...columns }: Metrics): void {
    const numbers = (column: readonly (number | null)[]): number[] => column.map((value) => value ?? Number.NaN);
    const values = Object.fromEntries(metricNames.map((name) => [name, numbers(columns[name])]));
    this.train.append(step, values as Record<MetricName, number[]>);
    this.heldOut.append(heldOut.step, { loss: numbers(heldOut.loss) });
    const first = checkpoints[0];
    if (first !== undefined) this.#checkpoints = [...this.#checkpoints.filter((at) => at < first), ...checkpoints];
  }

  /** The step and all after it are made again. */
  cutFrom(step: number): void {
    this.train.cutFrom(step);
    this.heldOut.cutFrom(step);
    this.#checkpoints = this.#checkpoints.filter((at) => at < step);
  }

  clear(): void {
    this.cutFrom(0);
  }

  /** Where the held-out loss was lowest after the first step; null: it was not measured. */
  best(): { readonly step: number; readonly value: number } | null {
    let best: { step: number; value: number } | null = null;
    const { steps } = this.heldOut;
    for (const [i, value] of this.heldOut.column('loss').entries()) {
      if (Number.isNaN(value) || steps[i] === 0 || (best && value >= best.value)) continue;
      best = { step: steps[i]!, value };
    }
    return best;
  }
}
