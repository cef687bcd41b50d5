/**
 * The decoder, forward and backward: which ops in which order. The same for llama and qwen2.
 * Letters: D width, H heads, K key heads, d head width, F hidden width, V vocabulary, L lane length, N lanes, T = L * N
 * tokens, c targets of one chunk. Gradients are named d<name>.
 */
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import { type AttentionTape, attentionBackward, attentionForward } from '../ops/attention.ts';
import type { OpContext } from '../ops/context.ts';
import { crossEntropyBackward, crossEntropyForward } from '../ops/crossEntropy.ts';
import { embeddingBackward, embeddingForward } from '../ops/embedding.ts';
import { type LinearTape, linearBackward, linearForward, linearTape } from '../ops/linear.ts';
import { rmsNormBackward, rmsNormForward, rmsNormWeightGradient } from '../ops/rmsNorm.ts';
import { type RopeInputs, ropeBackward, ropeForward } from '../ops/rope.ts';
import { swigluBackward, swigluForward } from '../ops/swiglu.ts';
import type { Layer, LayerLinear, Model, Norm } from './model.ts';

/** Targets whose logits are computed together. */
export interface TargetChunk {
  /** I32 [c]: the token that predicts each target; 0 for padding. */
  readonly gather: Tensor;
  /** I32 [c]: the same, but T for padding, a row that is thrown away. */
  readonly scatter: Tensor;
  /** I32 [1, c] */
  readonly labels: Tensor;
  /** F32 [1, c]: 1, or 0 for padding. */
  readonly weights: Tensor;
}

export interface DecoderInputs {
  /** I32 [T] */
  readonly tokens: Tensor;
  readonly rope: RopeInputs;
  /** F32 [L, L, 1, N]: 0 where a token may look, minus infinity where not; null where the kernels need none. */
  readonly mask: Tensor | null;
  readonly lanes: number;
  readonly laneLength: number;
  readonly chunks: readonly TargetChunk[];
  /** The dropout mask of one linear's low-rank path, [in, T]; null where nothing is dropped. */
  readonly dropout: ((layer: number, linear: LayerLinear | 'head', inputs: number) => Tensor) | null;
}

interface LayerTape {
  readonly x: Tensor;
  readonly qkv: Readonly<Record<'q' | 'k' | 'v', LinearTape>>;
  readonly attention: AttentionTape;
  readonly o: LinearTape;
  readonly x2: Tensor;
  readonly gateTape: LinearTape;
  readonly upTape: LinearTape;
  readonly gate: Tensor;
  readonly up: Tensor;
  readonly down: LinearTape;
}

/** Log-likelihoods of all targets, chunk by chunk [1, 1, c], and every gradient added to its accumulator. */
export function trainGraph(c: OpContext, model: Model, inputs: DecoderInputs, checkpointing: boolean): Tensor[] {
  const tapes: (LayerTape | null)[] = [];
  const layerInputs: Tensor[] = [];
  let x = embeddingForward(c, model.embedding.table, inputs.tokens);
  model.layers.forEach((layer, i) => {
    layerInputs.push(x);
    const { y, tape } = layerForward(c, model, layer, i, x, inputs);
    tapes.push(checkpointing ? null : tape);
    x = y;
  });
  const { logLikelihoods, dx: dtop } = lossAndGradient(c, model, x, inputs);
  let dx: Tensor | null = dtop;
  for (let i = model.layers.length - 1; i >= 0 && dx; i--) {
    const layer = model.layers[i]!;
    const tape = tapes[i] ?? layerTape(c, model, layer, i, layerInputs[i]!, inputs);
    // Below the lowest layer only the embedding table could use the gradient.
    dx = layerBackward(c, model, layer, dx, tape, inputs, i > 0 || model.embedding.gradient !== null);
  }
  if (dx && model.embedding.gradient) {
    const dtable = embeddingBackward(c, dx, inputs.tokens, model.embedding.table);
    c.graph.addInplace(model.embedding.gradient, dtable);
  }
  return logLikelihoods;
}

/** Log-likelihoods only. */
export function evaluateGraph(c: OpContext, model: Model, inputs: DecoderInputs): Tensor[] {
  const x = forward(c, model, inputs);
  return inputs.chunks.map((chunk) => {
    const { logits } = chunkLogits(c, model, x, chunk.gather, null);
    return c.graph.output(crossEntropyForward(c, logits, chunk.labels).logLikelihood);
  });
}

/** Logits of the chosen tokens, [V, c] a chunk. */
export function logitsGraph(c: OpContext, model: Model, inputs: DecoderInputs): Tensor[] {
  const x = forward(c, model, inputs);
  return inputs.chunks.map((chunk) => c.graph.output(chunkLogits(c, model, x, chunk.gather, null).logits));
}

function forward(c: OpContext, model: Model, inputs: DecoderInputs): Tensor {
  let x = embeddingForward(c, model.embedding.table, inputs.tokens);
  model.layers.forEach((layer, i) => {
    x = layerForward(c, model, layer, i, x, inputs).y;
  });
  return x;
}

function layerForward(c: OpContext, model: Model, layer: Layer, index: number, x: Tensor, inputs: DecoderInputs) {
  const { h, ...tape } = layerBody(c, model, layer, index, x, inputs);
  const down = linearForward(c, layer.down, h, mask(inputs, index, 'down', layer));
  return { y: c.graph.add(down.y, tape.x2), tape: { ...tape, down: down.tape } };
}

/** The tape of a layer anew, from its input: its last product is left out, because nobody needs what it gives. */
function layerTape(
  c: OpContext,
  model: Model,
  layer: Layer,
  index: number,
  x: Tensor,
  inputs: DecoderInputs,
): LayerTape {
  const { h, ...tape } = layerBody(c, model, layer, index, x, inputs);
  return { ...tape, down: linearTape(c, layer.down, h, mask(inputs, index, 'down', layer)) };
}

/** Everything of a layer but its last product, which takes h [F, T]. */
function layerBody(
  c: OpContext,
  model: Model,
  layer: Layer,
  index: number,
  x: Tensor,
  inputs: DecoderInputs,
): Omit<LayerTape, 'down'> & { readonly h: Tensor } {
  const { graph: g } = c;
  const { heads, keyHeads, headWidth, epsilon } = model.config;
  const tokens = inputs.lanes * inputs.laneLength;
  const attend = { lanes: inputs.lanes, laneLength: inputs.laneLength, scale: 1 / Math.sqrt(headWidth) };
  const run = (name: LayerLinear, input: Tensor) =>
    linearForward(c, layer[name], input, mask(inputs, index, name, layer));

  const normed = rmsNormForward(c, x, layer.attentionNorm.weight, epsilon);
  const q = run('q', normed);
  const k = run('k', normed);
  const v = run('v', normed);
  const { out, tape: attention } = attentionForward(
    c,
    ropeForward(c, g.reshape(q.y, headWidth, heads, tokens), inputs.rope),
    ropeForward(c, g.reshape(k.y, headWidth, keyHeads, tokens), inputs.rope),
    g.reshape(v.y, headWidth, keyHeads, tokens),
    { mask: inputs.mask, positions: inputs.rope.positions },
    attend,
  );
  const o = run('o', out);
  const x2 = g.add(o.y, x);
  const normed2 = rmsNormForward(c, x2, layer.hiddenNorm.weight, epsilon);
  const gate = run('gate', normed2);
  const up = run('up', normed2);
  const h = swigluForward(c, gate.y, up.y);
  return {
    x,
    qkv: { q: q.tape, k: k.tape, v: v.tape },
    attention,
    o: o.tape,
    x2,
    gateTape: gate.tape,
    upTape: up.tape,
    gate: gate.y,
    up: up.y,
    h,
  };
}

/** dy [D, T] -> dx [D, T], or null where nobody needs it. */
function layerBackward(
  c: OpContext,
  model: Model,
  layer: Layer,
  dy: Tensor,
  tape: LayerTape,
  inputs: DecoderInputs,
  needsInput: boolean,
): Tensor | null {
  const { graph: g } = c;
  const { heads, keyHeads, headWidth, epsilon } = model.config;
  const tokens = inputs.lanes * inputs.laneLength;
  const attend = { lanes: inputs.lanes, laneLength: inputs.laneLength, scale: 1 / Math.sqrt(headWidth) };

  const dh = linearBackward(c, layer.down, dy, tape.down, true)!;
  const { dgate, dup } = swigluBackward(c, dh, tape.gate, tape.up);
  const dnormed2 = g.add(
    linearBackward(c, layer.gate, dgate, tape.gateTape, true)!,
    linearBackward(c, layer.up, dup, tape.upTape, true)!,
  );
  const dx2 = g.add(normBackward(c, layer.hiddenNorm, dnormed2, tape.x2, epsilon), dy);

  const dout = linearBackward(c, layer.o, dx2, tape.o, true)!;
  const { dq, dk, dv } = attentionBackward(c, dout, tape.attention, attend);
  const flat = (x: Tensor, count: number) => g.reshape(x, headWidth * count, tokens);
  const parts = [
    linearBackward(c, layer.q, flat(ropeBackward(c, dq, inputs.rope), heads), tape.qkv.q, needsInput),
    linearBackward(c, layer.k, flat(ropeBackward(c, dk, inputs.rope), keyHeads), tape.qkv.k, needsInput),
    linearBackward(c, layer.v, flat(dv, keyHeads), tape.qkv.v, needsInput),
  ];
  if (!needsInput) return null;
  const dnormed = parts.reduce((sum, part) => (sum && part ? g.add(sum, part) : part))!;
  return g.add(normBackward(c, layer.attentionNorm, dnormed, tape.x, epsilon), dx2);
}

/** The norm, the head and the loss, forward and backward, one chunk of targets at a time. */
function lossAndGradient(c: OpContext, model: Model, x: Tensor, inputs: DecoderInputs) {
  const { graph: g } = c;
  const { width, epsilon } = model.config;
  const tokens = inputs.lanes * inputs.laneLength;
  let scattered = g.filled(shapeOf(width, tokens + 1), 0);
  const logLikelihoods = inputs.chunks.map((chunk) => {
    const head = chunkLogits(c, model, x, chunk.gather, dropoutOf(inputs, model.layers.length, 'head', model));
    const { logLikelihood, tape } = crossEntropyForward(c, head.logits, chunk.labels);
    // Where only what lies below is trained, weighting after the head is D numbers a target instead of V.
    const trained = model.head.lora !== null || model.head.gradient !== null;
    const dlogits = crossEntropyBackward(c, tape, chunk.labels, trained ? chunk.weights : null);
    const dnormed = linearBackward(c, model.head, dlogits, head.tape, true)!;
    const weighted = trained ? dnormed : g.mul(dnormed, chunk.weights);
    const drows = normBackward(c, model.outputNorm, weighted, head.rows, epsilon);
    scattered = g.setRows(scattered, drows, chunk.scatter);
    return g.output(logLikelihood);
  });
  return { logLikelihoods, dx: g.slice(scattered, shapeOf(width, tokens), 0) };
}

function chunkLogits(
  c: OpContext,
  model: Model,
  x: Tensor,
  gather: Tensor,
  dropout: ((inputs: number) => Tensor) | null,
) {
  const { graph: g } = c;
  const rows = g.getRows(x, gather);
  const normed = rmsNormForward(c, rows, model.outputNorm.weight, model.config.epsilon);
  const keep = dropout ? g.slice(dropout(model.config.width), shapeOf(model.config.width, gather.shape[0]), 0) : null;
  const { y, tape } = linearForward(c, model.head, normed, keep);
  return { rows, logits: y, tape };
}

function normBackward(c: OpContext, norm: Norm, dy: Tensor, x: Tensor, epsilon: number): Tensor {
  if (norm.gradient) c.graph.addInplace(norm.gradient, rmsNormWeightGradient(c, dy, x, epsilon));
  return rmsNormBackward(c, dy, x, norm.weight, epsilon);
}

function mask(inputs: DecoderInputs, index: number, name: LayerLinear, layer: Layer): Tensor | null {
  return inputs.dropout && layer[name].lora ? inputs.dropout(index, name, layer[name].weight.shape[0]) : null;
}

function dropoutOf(inputs: DecoderInputs, index: number, name: 'head', model: Model) {
  const { dropout } = inputs;
  return dropout && model.head.lora ? (width: number) => dropout(index, name, width) : null;
}
