import { downloadF32 } from '../ggml/arena.ts';
import type { Device } from '../ggml/device.ts';
import { feed, Graph, type GraphMemory } from '../ggml/graph.ts';
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import { type DecoderInputs, evaluateGraph, logitsGraph, type TargetChunk, trainGraph } from '../models/decoder.ts';
import type { LayerLinear, Model } from '../models/model.ts';
import type { OpVariants } from '../ops/context.ts';
import type { BatchArrays } from './batches.ts';
import { random } from './random.ts';

export type Task =
  | { readonly kind: 'train'; readonly checkpointing: boolean; readonly dropout: number }
  | { readonly kind: 'evaluate' }
  | { readonly kind: 'logits' };

/** The numbers that decide a graph's shape: two batches of one shape share a graph. */
export interface BatchShape {
  readonly lanes: number;
  readonly laneLength: number;
  readonly targets: number;
}

/** Targets whose logits exist at a time: a chunk of a large vocabulary stays near 32 MiB. */
export function chunkSize(vocabulary: number): number {
  const fitting = Math.floor(2 ** 23 / vocabulary / 8) * 8;
  return Math.min(128, Math.max(16, fitting));
}

/** The graph of one micro-batch shape, built once and fed as often as the shape comes. */
export class StepGraph implements Disposable {
  readonly #graph: Graph;
  readonly #inputs: DecoderInputs;
  readonly #outputs: readonly Tensor[];
  readonly #dropout: { readonly pool: Tensor; readonly rate: number } | null;
  readonly #task: Task;

  constructor(device: Device, memory: GraphMemory, model: Model, variants: OpVariants, shape: BatchShape, task: Task) {
    const { config } = model;
    const chunk = chunkSize(config.vocabulary);
    const chunks = shape.targets / chunk;
    const g = new Graph(device, 256 + config.layers * 400 + chunks * 96);
    this.#graph = g;
    this.#task = task;
    const tokens = shape.lanes * shape.laneLength;
    const negate = variants.ropeBackward === 'negative positions' && task.kind === 'train';
    this.#dropout =
      task.kind === 'train' && task.dropout > 0
        ? { pool: g.input('F32', shapeOf(2 * widest(model) * Math.max(tokens, chunk))), rate: task.dropout }
        : null;
    this.#inputs = {
      tokens: g.input('I32', shapeOf(tokens)),
      rope: {
        positions: g.input('I32', shapeOf(tokens)),
        factors: model.ropeFactors,
        settings: config.rope,
        negated: negate ? g.input('I32', shapeOf(tokens)) : null,
      },
      mask:
        variants.attention === 'ggml'
          ? g.input('F32', shapeOf(shape.laneLength, shape.laneLength, 1, shape.lanes))
          : null,
      lanes: shape.lanes,
      laneLength: shape.laneLength,
      chunks: Array.from({ length: chunks }, () => ({
        gather: g.input('I32', shapeOf(chunk)),
        scatter: g.input('I32', shapeOf(chunk)),
        labels: g.input('I32', shapeOf(1, chunk)),
        weights: g.input('F32', shapeOf(1, chunk)),
      })),
      dropout: this.#dropout ? dropoutWindows(g, this.#dropout.pool, tokens, chunk) : null,
    };
    const context = { graph: g, variants };
    switch (task.kind) {
      case 'train':
        this.#outputs = trainGraph(context, model, this.#inputs, task.checkpointing);
        break;
      case 'evaluate':
        this.#outputs = evaluateGraph(context, model, this.#inputs);
        break;
      case 'logits':
        this.#outputs = logitsGraph(context, model, this.#inputs);
        break;
    }
    g.allocate(memory);
  }

  get nodes(): number {
    return this.#graph.nodes;
  }

  /** `stream` names the random numbers of this micro-batch. The outputs, a chunk each. */
  async run(batch: BatchArrays, stream: readonly number[]): Promise<Float32Array[]> {
    const g = this.#graph;
    const inputs = this.#inputs;
    const chunk = inputs.chunks[0]!.gather.shape[0];
    feed(g, inputs.tokens, batch.tokens);
    feed(g, inputs.rope.positions, batch.positions);
    if (inputs.rope.negated) {
      feed(
        g,
        inputs.rope.negated,
        batch.positions.map((position) => -position),
      );
    }
    if (inputs.mask) feed(g, inputs.mask, batch.mask());
    inputs.chunks.forEach((target, i) => {
      const part = <T extends Int32Array | Float32Array>(values: T) => values.subarray(i * chunk, (i + 1) * chunk) as T;
      this.#feedChunk(target, part(batch.gather), part(batch.scatter), part(batch.labels), part(batch.weights));
    });
    if (this.#dropout) feed(g, this.#dropout.pool, dropoutPool(this.#dropout, stream));
    await g.compute();
    return this.#outputs.map((output) => downloadF32(g.device, output));
  }

  [Symbol.dispose](): void {
    this.#graph[Symbol.dispose]();
  }

  /** A leaf that no op reads has no memory: evaluation does not scatter, logits have no labels. */
  #feedChunk(target: TargetChunk, gather: Int32Array, scatter: Int32Array, labels: Int32Array, weights: Float32Array) {
    const g = this.#graph;
    feed(g, target.gather, gather);
    if (this.#task.kind !== 'logits') feed(g, target.labels, labels);
    if (this.#task.kind === 'train') {
      feed(g, target.scatter, scatter);
      feed(g, target.weights, weights);
    }
  }
}

/** Inverted dropout: kept inputs are scaled up, so that nothing changes when the model is used. */
function dropoutPool({ pool, rate }: { pool: Tensor; rate: number }, stream: readonly number[]): Float32Array {
  const draw = random(...stream);
  const kept = 1 / (1 - rate);
  const values = new Float32Array(pool.shape[0]);
  for (let i = 0; i < values.length; i++) values[i] = draw() < rate ? 0 : kept;
  return values;
}

/**
 * Each linear's mask is a window of one pool of random zeros, drawn anew for every micro-batch: independent within a
 * mask, shifted copies between masks. A pool costs two masks of the widest linear instead of seven a layer.
 */
function dropoutWindows(g: Graph, pool: Tensor, tokens: number, chunk: number): NonNullable<DecoderInputs['dropout']> {
  const offset = { q: 0, k: 1, v: 2, o: 3, gate: 4, up: 5, down: 6, head: 7 } as const;
  return (layer: number, linear: LayerLinear | 'head', inputs: number) => {
    const columns = linear === 'head' ? chunk : tokens;
    const room = pool.shape[0] - inputs * columns;
    const first = Math.floor(((((layer * 8 + offset[linear] + 1) * 0.6180339887498949) % 1) * room) / 32) * 32;
    return g.slice(pool, shapeOf(inputs, columns), first);
  };
}

function widest(model: Model): number {
  const { width, hidden, heads, headWidth } = model.config;
  return Math.max(width, hidden, heads * headWidth);
}
