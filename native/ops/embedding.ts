/** Token embedding. Letters: D width, V vocabulary, T tokens. */
import { shapeOf, type Tensor } from '../ggml/tensor.ts';
import type { OpContext } from './context.ts';
import { outerProduct } from './outerProduct.ts';

/** table [D, V], tokens I32 [T] -> [D, T], F32. */
export function embeddingForward({ graph: g }: OpContext, table: Tensor, tokens: Tensor): Tensor {
  return g.getRows(table, tokens);
}

/** dy [D, T] -> dtable [D, V] of one call; the caller adds it up. */
export function embeddingBackward(c: OpContext, dy: Tensor, tokens: Tensor, table: Tensor): Tensor {
  const { graph: g, variants } = c;
  if (variants.embeddingBackward === 'get_rows_back') return g.getRowsBack(dy, tokens, table);
  return outerProduct(c, dy, oneHot(c, tokens, table.shape[1]));
}

/** tokens I32 [T] -> F32 [V, T]. */
function oneHot({ graph: g }: OpContext, tokens: Tensor, vocabulary: number): Tensor {
  const [count] = tokens.shape;
  const rows = g.reshape(tokens, 1, count);
  const hot = g.setRows(g.filled(shapeOf(1, vocabulary, count), 0), g.filled(shapeOf(1, 1, count), 1), rows);
  return g.reshape(hot, vocabulary, count);
}
