/**
 * Causal attention with grouped queries (Ainslie et al. 2023, arXiv 2305.13245), over lanes: T = L * N tokens are N
 * sequences of L, and the mask keeps rows that share a lane apart.
 * Letters: d head width, H query heads, K key heads, G = H / K, L lane length, N lanes. Query head h uses key head
 * floor(h / G), so a group's queries lie side by side and [L, H] can be read as [L * G, K] without a copy.
 */
import type { Graph } from '../ggml/graph.ts';
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

export interface AttentionShape {
  readonly lanes: number;
  readonly laneLength: number;
  readonly scale: number;
}

/** Which tokens a token sees, in the form that the implementation reads; the other one may be absent. */
export interface AttentionMask {
  /** F32 [L, L, 1, N]: 0 where a token may look, minus infinity where not. */
  readonly mask: Tensor | null;
  /** I32 [T], each token's place in its own row: it sees the row up to itself. */
  readonly positions: Tensor;
}

export type AttentionTape =
  | { readonly by: 'ggml'; readonly q: Tensor; readonly k: Tensor; readonly v: Tensor; readonly probabilities: Tensor }
  | {
      readonly by: 'kernel';
      readonly q: Tensor;
      readonly k: Tensor;
      readonly v: Tensor;
      readonly positions: Tensor;
      /** out, then the log-sum of each row of scores. */
      readonly result: Tensor;
    };

/** q [d, H, T], k and v [d, K, T] -> out [d * H, T]. */
export function attentionForward(
  c: OpContext,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  visible: AttentionMask,
  shape: AttentionShape,
): { readonly out: Tensor; readonly tape: AttentionTape } {
  const { graph: g } = c;
  if (c.variants.attention === 'kernel') return kernelAttention(c, q, k, v, visible.positions, shape);
  const byHead = {
    q: g.cont(splitLanes(c, q, shape)), // [d, L, H, N]
    k: g.cont(splitLanes(c, k, shape)), // [d, L, K, N]
    v: splitLanes(c, v, shape), //         [d, L, K, N], a view
  };
  const scores = g.mulMat(byHead.k, byHead.q); // [L, L, H, N]
  const probabilities = g.softMax(scores, visible.mask, shape.scale);
  const vt = g.cont(g.transpose(byHead.v)); // [L, d, K, N]
  const out = joinLanes(c, g.mulMat(vt, probabilities)); // [d, L, H, N] -> [d * H, T]
  return { out, tape: { by: 'ggml', ...byHead, probabilities } };
}

/** dout [d * H, T] -> dq [d, H, T], dk and dv [d, K, T]. */
export function attentionBackward(
  c: OpContext,
  dout: Tensor,
  tape: AttentionTape,
  shape: AttentionShape,
): { readonly dq: Tensor; readonly dk: Tensor; readonly dv: Tensor } {
  const { graph: g } = c;
  if (tape.by === 'kernel') return kernelAttentionBackward(c, dout, tape, shape);
  const [d, laneLength, heads, lanes] = tape.q.shape;
  const keyHeads = tape.k.shape[2];
  const grouped = (laneLength * heads) / keyHeads;
  const byGroup = (x: Tensor) => g.reshape(x, x.shape[0], grouped, keyHeads, lanes);
  const tokens = laneLength * lanes;

  const doutByHead = g.cont(splitLanes(c, g.reshape(dout, d, heads, tokens), shape)); // [d, L, H, N]
  const dprobabilities = g.mulMat(g.contiguous(tape.v), doutByHead); // [L, L, H, N]
  const dscores = softMaxBackward(c, dprobabilities, tape.probabilities, shape.scale);

  // dv is made after dscores on purpose: it reads the probabilities, so no allocator lets soft_max_back write its
  // result over them, which ggml's CPU kernel would get wrong without an error.
  const pt = g.cont(g.transpose(byGroup(tape.probabilities))); // [L * G, L, K, N]
  const doutT = g.cont(g.transpose(byGroup(doutByHead))); //      [L * G, d, K, N]
  const dv = g.mulMat(doutT, pt); //                              [d, L, K, N]

  const kt = g.cont(g.transpose(tape.k)); //                      [L, d, K, N]
  const dq = g.mulMat(kt, dscores); //                            [d, L, H, N]
  const qt = g.cont(g.transpose(byGroup(tape.q))); //             [L * G, d, K, N]
  const dst = g.cont(g.transpose(byGroup(dscores))); //           [L * G, L, K, N]
  const dk = g.mulMat(qt, dst); //                                [d, L, K, N]

  const toTokens = (x: Tensor) => g.reshape(joinLanes(c, x), d, x.shape[2], tokens);
  return { dq: toTokens(dq), dk: toTokens(dk), dv: toTokens(dv) };
}

/** The same, never holding more than a block of rows of the scores. */
function kernelAttention(
  { graph: g }: OpContext,
  q: Tensor,
  k: Tensor,
  v: Tensor,
  positions: Tensor,
  shape: AttentionShape,
): { readonly out: Tensor; readonly tape: AttentionTape } {
  const [d, heads, tokens] = q.shape;
  const args = attentionArgs(g, shape);
  const size = (d * heads + heads) * tokens;
  const result = g.kernel('attentionForward', args, [q, k, v, positions], 'F32', [size, 1, 1, 1]);
  const out = g.slice(result, [d * heads, tokens, 1, 1], 0);
  return { out, tape: { by: 'kernel', q, k, v, positions, result } };
}

function kernelAttentionBackward(
  { graph: g }: OpContext,
  dout: Tensor,
  { q, k, v, positions, result }: AttentionTape & { readonly by: 'kernel' },
  shape: AttentionShape,
): { readonly dq: Tensor; readonly dk: Tensor; readonly dv: Tensor } {
  const [d, heads, tokens] = q.shape;
  const size = d * heads * tokens;
  const sources = [q, k, v, positions, result, g.contiguous(dout)];
  const made = g.kernel('attentionBackward', attentionArgs(g, shape), sources, 'F32', [3 * size, 1, 1, 1]);
  const part = (index: number) => g.slice(made, q.shape, index * size);
  const summed = (x: Tensor) =>
    heads === k.shape[1] ? x : g.kernel('sumGroups', g.device.kernels!.handle, [x], 'F32', k.shape);
  return { dq: part(0), dk: summed(part(1)), dv: summed(part(2)) };
}

function attentionArgs(g: Graph, { lanes, laneLength, scale }: AttentionShape): bigint {
  const kernels = g.device.kernels!;
  return g.keep(kernels.attentionArgs(kernels.handle, lanes, laneLength, scale));
}

/** p = softmax(scale * s): ds = scale * p * (dp - sum(p * dp)). */
export function softMaxBackward({ graph: g, variants }: OpContext, dp: Tensor, p: Tensor, scale: number): Tensor {
  if (variants.softMaxBackward === 'soft_max_back') return g.softMaxBack(dp, p, scale);
  const shared = g.sumRows(g.mul(p, dp));
  return g.scale(g.mul(p, g.sub(dp, shared)), scale);
}

/** [d, H, T] -> [d, L, H, N], a view. */
function splitLanes({ graph: g }: OpContext, x: Tensor, { lanes, laneLength }: AttentionShape): Tensor {
  return g.permute(g.reshape(x, x.shape[0], x.shape[1], laneLength, lanes), 0, 2, 1, 3);
}

/** [d, L, H, N] -> [d * H, T]. */
function joinLanes({ graph: g }: OpContext, x: Tensor): Tensor {
  const [d, laneLength, heads, lanes] = x.shape;
  return g.reshape(g.cont(g.permute(x, 0, 2, 1, 3)), d * heads, laneLength * lanes);
}
