/**
 * Cross-entropy on the tokens to be learned only, from logits that are never kept: c of them at a time.
 * Letters: V vocabulary, c targets of one chunk.
 */
import type { Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';

/**
 * log(1e-37) = -85 nats: what a label of probability zero costs at most. It is added, which changes no probability above
 * 1e-30; a clamp would make of a probability that is no number the best there is, because ggml's takes NaN for its bound.
 */
const smallest = 1e-37;

export type CrossEntropyTape =
  | {
      readonly by: 'ggml';
      readonly probabilities: Tensor;
      /** [1, 1, c] */
      readonly ofLabel: Tensor;
    }
  | {
      readonly by: 'kernel';
      readonly logits: Tensor;
      /** [1, c] */
      readonly logSums: Tensor;
    };

/** logits [V, c], labels I32 [1, c] -> log-likelihood of each label, [1, 1, c], in nats, at most 0. */
export function crossEntropyForward(
  { graph: g, variants }: OpContext,
  logits: Tensor,
  labels: Tensor,
): { readonly logLikelihood: Tensor; readonly tape: CrossEntropyTape } {
  const [vocabulary, count] = logits.shape;
  if (variants.rows === 'kernel') {
    const logSums = g.kernel('logSum', g.device.kernels!.handle, [logits], 'F32', [1, count, 1, 1]);
    const ofLabels = g.kernel('logLikelihood', 0n, [logits, logSums, labels], 'F32', [1, 1, count, 1]);
    return { logLikelihood: ofLabels, tape: { by: 'kernel', logits, logSums } };
  }
  const probabilities = g.softMax(logits, null, 1);
  const ofLabel = g.getRows(g.reshape(probabilities, 1, vocabulary, count), labels);
  return { logLikelihood: g.log(g.scaleBias(ofLabel, 1, smallest)), tape: { by: 'ggml', probabilities, ofLabel } };
}

/**
 * The gradient of the sum of -weight * log-likelihood: dlogits [V, c] = weight * (p - y). Written over the
 * probabilities or the logits, which nothing reads afterwards. weights F32 [1, c] or null for all 1.
 */
export function crossEntropyBackward(
  { graph: g }: OpContext,
  tape: CrossEntropyTape,
  labels: Tensor,
  weights: Tensor | null,
): Tensor {
  if (tape.by === 'kernel') {
    const sources = weights ? [tape.logSums, labels, weights] : [tape.logSums, labels];
    return g.kernelInplace('crossEntropyBackward', g.device.kernels!.handle, tape.logits, sources);
  }
  const [vocabulary, count] = tape.probabilities.shape;
  const table = g.reshape(tape.probabilities, 1, vocabulary, count);
  const dlogits = g.reshape(g.setRows(table, g.scaleBias(tape.ofLabel, 1, -1), labels), vocabulary, count);
  return weights ? g.mul(dlogits, weights) : dlogits;
}
