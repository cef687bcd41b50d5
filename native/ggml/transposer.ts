import { downloadBytes } from './arena.ts';
import type { Device } from './device.ts';
import { feedBytes, Graph, GraphMemory } from './graph.ts';
import { shapeOf, type Tensor } from './tensor.ts';
import { bytesOf, tensorTypes, type WeightType } from './types.ts';

/** The type of a transposed copy: the weights' own, or BF16 where its blocks do not divide the new rows. */
export function transposedType(type: WeightType, outputs: number): WeightType {
  return outputs % tensorTypes[type].blockSize === 0 ? type : 'BF16';
}

/**
 * Lays weights [in, out] out as [out, in], a few rows of the original at a time, so that no more than those ever exist
 * in F32. Computes on the CPU, whatever device the copy is for.
 */
export class Transposer implements Disposable {
  readonly #cpu: Device;
  readonly #memory: GraphMemory;
  #graph: { key: string; graph: Graph; input: Tensor; output: Tensor } | null = null;

  constructor(cpu: Device) {
    this.#cpu = cpu;
    this.#memory = new GraphMemory(cpu);
  }

  /** `rows` rows of the original, from row `first` on, into their columns of `target` [out, in] on `device`. */
  async put(
    device: Device,
    target: Tensor,
    source: Uint8Array,
    type: WeightType,
    rows: number,
    first: number,
  ): Promise<void> {
    const [outputs, inputs] = target.shape;
    const { graph, input, output } = this.#graphFor(type, target.type as WeightType, inputs, rows);
    feedBytes(graph, input, source);
    await graph.compute();
    const bytes = downloadBytes(this.#cpu, output);
    const row = bytesOf(target.type, rows);
    device.ggml.tensorSet2d(
      target.handle,
      bytes,
      bytesOf(target.type, first),
      row,
      inputs,
      bytesOf(target.type, outputs),
      row,
    );
  }

  #graphFor(from: WeightType, to: WeightType, inputs: number, rows: number) {
    const key = `${from}/${to}/${inputs}/${rows}`;
    if (this.#graph?.key === key) return this.#graph;
    this.#graph?.graph[Symbol.dispose]();
    const g = new Graph(this.#cpu, 16);
    const input = g.input(from, shapeOf(inputs, rows));
    const transposed = g.cont(g.transpose(from === 'F32' ? input : g.cast(input, 'F32')));
    const output = g.output(to === 'F32' ? transposed : g.cast(transposed, to));
    g.allocate(this.#memory);
    this.#graph = { key, graph: g, input, output };
    return this.#graph;
  }

  [Symbol.dispose](): void {
    this.#graph?.graph[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }
}
