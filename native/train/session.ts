import type { Device } from '../ggml/device.ts';
import { GraphMemory } from '../ggml/graph.ts';
import type { Model } from '../models/model.ts';
import type { OpVariants } from '../ops/context.ts';
import { type BatchArrays, layOut, layOutRows, type Packing } from './batches.ts';
import { chunkSize, StepGraph, type Task } from './stepGraph.ts';
import type { TokenFile } from './tokenFile.ts';

/** Sum of cross-entropy, nats, over the answer tokens of what was computed. */
export interface LossSum {
  readonly nats: number;
  readonly answerTokens: number;
  readonly tokens: number;
}

/** Runs micro-batches on a loaded model; keeps the graph of the last shape, and memory for the largest. */
export class Session implements Disposable {
  readonly #device: Device;
  readonly #model: Model;
  readonly #variants: OpVariants;
  readonly #memory: GraphMemory;
  #last: { readonly key: string; readonly graph: StepGraph } | null = null;

  constructor(device: Device, model: Model, variants: OpVariants) {
    this.#device = device;
    this.#model = model;
    this.#variants = variants;
    this.#memory = new GraphMemory(device);
  }

  get chunk(): number {
    return chunkSize(this.#model.config.vocabulary);
  }

  /** Bytes of the intermediates. */
  get bytes(): number {
    return this.#memory.bytes;
  }

  /** Adds every gradient of the sum of cross-entropies to its accumulator. */
  async train(batch: BatchArrays, task: Task & { kind: 'train' }, stream: readonly number[]): Promise<LossSum> {
    return sum(batch, await this.#graph(batch, task).run(batch, stream));
  }

  async evaluate(
    file: TokenFile,
    packings: readonly Packing[],
    onProgress: (fraction: number) => void,
  ): Promise<LossSum> {
    let [nats, answerTokens, tokens] = [0, 0, 0];
    for (const [i, packing] of packings.entries()) {
      const batch = layOut(file, packing, this.chunk);
      const part = sum(batch, await this.#graph(batch, { kind: 'evaluate' }).run(batch, []));
      nats += part.nats;
      answerTokens += part.answerTokens;
      tokens += part.tokens;
      onProgress((i + 1) / packings.length);
    }
    return { nats, answerTokens, tokens };
  }

  /** [tokens][V]: what the model says after each token. */
  async logits(tokens: Int32Array): Promise<Float32Array[]> {
    // Every token is asked for, so each one but the first is a target and the last is added by a token that follows.
    const row = { tokens: Int32Array.of(...tokens, 0), answer: new Uint8Array(tokens.length + 1).fill(1) };
    const batch = layOutRows([[row]], row.tokens.length, this.chunk);
    const chunks = await this.#graph(batch, { kind: 'logits' }).run(batch, []);
    const { vocabulary } = this.#model.config;
    return Array.from({ length: tokens.length }, (_, i) => {
      const inChunk = (i % this.chunk) * vocabulary;
      return chunks[Math.floor(i / this.chunk)]!.subarray(inChunk, inChunk + vocabulary);
    });
  }

  [Symbol.dispose](): void {
    this.#last?.graph[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }

  #graph({ lanes, laneLength, targets }: BatchArrays, task: Task): StepGraph {
    const key = JSON.stringify([lanes, laneLength, targets, task]);
    if (this.#last?.key === key) return this.#last.graph;
    // Another shape takes the same memory, so the graph before it is dead.
    this.#last?.graph[Symbol.dispose]();
    this.#last = null;
    const shape = { lanes, laneLength, targets };
    const graph = new StepGraph(this.#device, this.#memory, this.#model, this.#variants, shape, task);
    this.#last = { key, graph };
    return graph;
  }
}

function sum(batch: BatchArrays, logLikelihoods: readonly Float32Array[]): LossSum {
  let nats = 0;
  let place = 0;
  for (const chunk of logLikelihoods) {
    for (const value of chunk) if (batch.weights[place++]) nats -= value;
  }
  return { nats, answerTokens: batch.answerTokens, tokens: batch.realTokens };
}
