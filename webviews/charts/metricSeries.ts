/** Columns of numbers by step that grow at their end, as a run does: steps strictly rise, all columns are equally long. */
export class MetricSeries<Name extends string> {
  readonly #names: readonly Name[];
  readonly #columns: Record<Name, Float64Array>;
  #steps = new Float64Array(1024);
  #length = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#columns = Object.fromEntries(names.map((name) => [name, new Float64Array(1024)])) as Record<
      Name,
      Float64Array
    >;
  }

  get length(): number {
    return this.#length;
  }

  /** A view, valid until the next change. */
  get steps(): Float64Array {
    return this.#steps.subarray(0, this.#length);
  }

  /** A view, valid until the next change. */
  column(name: Name): Float64Array {
    return this.#columns[name].subarray(0, this.#length);
  }

  /** Values at or after the first new step are replaced: a run that went on from a checkpoint made them again. */
  append(steps: readonly number[], values: Readonly<Record<Name, readonly number[]>>): void {
    const first = steps[0];
    if (first === undefined) return;
    this.cutFrom(first);
    this.#reserve(this.#length + steps.length);
    this.#steps.set(steps, this.#length);
    for (const name of this.#names) this.#columns[name].set(values[name], this.#length);
    this.#length += steps.length;
  }

  /** Forgets the step and all after it. */
  cutFrom(step: number): void {
    this.#length = firstAtLeast(this.steps, step);
  }

  #reserve(length: number): void {
    let capacity = this.#steps.length;
    while (capacity < length) capacity *= 2;
    if (capacity === this.#steps.length) return;
    this.#steps = grown(this.#steps, capacity);
    for (const name of this.#names) this.#columns[name] = grown(this.#columns[name], capacity);
  }
}

function grown(old: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity);
  larger.set(old);
  return larger;
}

/** Index of the first value that is not below `wanted`; the length where there is none. `values` rise. */
export function firstAtLeast(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
