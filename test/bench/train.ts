import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { random } from '../../native/train/random.ts';
import type { WeightType } from '../../native/ggml/types.ts';
import { eventsOf, startEngine, trainRequest } from '../support/engineProcess.ts';
import { writeTokenRows } from '../support/tokenRows.ts';
import { matmulPeak } from './matmulPeak.ts';
import { qwen05b, writeShapeModel } from './shapeModel.ts';

const tokens = 512;

/** Parameters of a layer's linears, of its down projection, and of the head. */
const { layers, width: D, hidden: F, heads, keyHeads, vocabulary: V } = qwen05b;
const layerParameters = 2 * D * D + 2 * D * (D / heads) * keyHeads + 3 * D * F;
const downParameters = D * F;
const headParameters = D * V;

/** Floating-point operations of the linears and the head for one row: forward, input gradients, recomputation. */
function linearWork(checkpointing: boolean): number {
  const forward = layers * layerParameters + headParameters;
  const recomputed = checkpointing ? layers * (layerParameters - downParameters) : 0;
  return 2 * tokens * (2 * forward + recomputed);
}

/** One training run of the 0.5B shape in an engine process of its own. */
export async function benchTrain(
  type: WeightType,
  checkpointing: boolean,
  steps: number,
  threads: number | null,
): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-bench-'));
  try {
    const paths = { base: join(folder, 'base.gguf'), train: join(folder, 'rows'), run: join(folder, 'run') };
    mkdirSync(paths.run);
    writeShapeModel(paths.base, type);
    const draw = random(1);
    const row = () => ({
      tokens: Int32Array.from({ length: tokens }, () => Math.floor(draw() * V)),
      answer: new Uint8Array(tokens).fill(1),
    });
    writeTokenRows(paths.train, [row(), row()]);
    const lora = { kind: 'lora', rank: 8, alpha: 16, dropout: 0, targets: ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] } as const;
    const request = trainRequest(paths, {
      method: { ...lora, targets: [...lora.targets] },
      schedule: { steps, batchSize: 1, gradientCheckpointing: checkpointing, checkpointEvery: 0, evaluateEvery: 0, contextLength: tokens },
    });
    const started = performance.now();
    let firstStepEnded = 0;
    const run = startEngine({ ...request, threads }, (event) => {
      if (event.type === 'step' && firstStepEnded === 0) firstStepEnded = performance.now();
    });
    const code = await run.ended;
    if (code !== 0) throw new Error(`the engine ended with ${code}: ${run.stderr()} ${JSON.stringify(run.events.at(-1))}`);
    const done = eventsOf(run.events, 'step');
    const best = Math.min(...done.slice(1).map((event) => event.seconds));
    const peak = await matmulPeak(type, D, F, tokens);
    const rate = linearWork(checkpointing) / best;
    return {
      tokens_per_second: tokens / best,
      seconds_per_step: best,
      linear_gflops: rate / 1e9,
      matmul_peak_gflops: peak / 1e9,
      share_of_matmul_peak: rate / peak,
      peak_memory_gib: Math.max(...done.map((event) => event.peakMemory)) / 2 ** 30,
      steady_memory_gib: done.at(-1)!.memory / 2 ** 30,
      command_to_first_step_s: (firstStepEnded - started) / 1000 - done[0]!.seconds,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
