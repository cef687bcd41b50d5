import { type Ggml, loadGgml } from '../../native/ffi/library.ts';
import { Device } from '../../native/ggml/device.ts';
import { feed, feedBytes, Graph, GraphMemory } from '../../native/ggml/graph.ts';
import { shapeOf } from '../../native/ggml/tensor.ts';
import { bytesOf, type WeightType } from '../../native/ggml/types.ts';

/** The best rate of one product W x on this machine now, floating-point operations a second, the best of twelve. */
export async function matmulPeak(
  type: WeightType,
  inputs: number,
  outputs: number,
  tokens: number,
  threads: number | null,
): Promise<number> {
  using device = new Device(ggml(), 'CPU', threads);
  using memory = new GraphMemory(device);
  using g = new Graph(device, 8);
  const weight = g.input(type, shapeOf(inputs, outputs));
  const x = g.input('F32', shapeOf(inputs, tokens));
  g.output(g.mulMat(weight, x));
  g.allocate(memory);
  feedBytes(g, weight, new Uint8Array(bytesOf(type, inputs * outputs)).fill(1));
  feed(g, x, new Float32Array(inputs * tokens).fill(0.5));
  let best = 0;
  for (let i = 0; i < 12; i++) {
    const started = performance.now();
    await g.compute();
    best = Math.max(best, (2 * inputs * outputs * tokens) / ((performance.now() - started) / 1000));
  }
  return best;
}

/** Loaded once: every load registers the CPU anew. */
let loaded: Ggml | null = null;
function ggml(): Ggml {
  loaded ??= loadGgml({ gpu: false });
  return loaded;
}
