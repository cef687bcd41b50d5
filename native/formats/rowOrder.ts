/**
 * The order of the rows of Q and K. Hugging Face turns pairs of a head's first and second half (i, i + size / 2); ggml's
 * rope for `llama` turns neighbours (2 i, 2 i + 1). llama.cpp's converter therefore interleaves the halves of each head.
 * Source: LlamaModel.permute in conversion/llama.py of llama.cpp. Other architectures keep the order.
 */

/** Moves the rows of whole heads from Hugging Face's order to ggml's; `rowBytes` is the size of one row. */
export function interleaveHeads(rows: Uint8Array, headRows: number, rowBytes: number): Uint8Array<ArrayBuffer> {
  return reorder(rows, headRows, rowBytes, (row) => (row % 2) * (headRows / 2) + Math.floor(row / 2));
}

/** The way back: from ggml's order to Hugging Face's. */
export function splitHeads(rows: Uint8Array, headRows: number, rowBytes: number): Uint8Array<ArrayBuffer> {
  const half = headRows / 2;
  return reorder(rows, headRows, rowBytes, (row) => (row < half ? 2 * row : 2 * (row - half) + 1));
}

function reorder(rows: Uint8Array, headRows: number, rowBytes: number, source: (row: number) => number) {
  const headBytes = headRows * rowBytes;
  if (headRows % 2 !== 0 || rows.length % headBytes !== 0) throw new RangeError('the rows are not whole heads');
  const out = new Uint8Array(rows.length);
  for (let head = 0; head < rows.length; head += headBytes) {
    for (let row = 0; row < headRows; row++) {
      const from = head + source(row) * rowBytes;
      out.set(rows.subarray(from, from + rowBytes), head + row * rowBytes);
    }
  }
  return out;
}
