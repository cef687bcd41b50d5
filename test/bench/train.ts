import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainRequest } from '../../native/contract/messages.ts';
import type { WeightType } from '../../native/ggml/types.ts';
import { random } from '../../native/train/random.ts';
import { eventsOf, startEngine, trainRequest } from '../support/engineProcess.ts';
import { writeTokenRows } from '../support/tokenRows.ts';
import { matmulPeak } from './matmulPeak.ts';
import { qwen05b, writeShapeModel } from './shapeModel.ts';

const { layers, width: D, hidden: F, heads, keyHeads, vocabulary: V } = qwen05b;
const layerParameters = 2 * D * D + 2 * D * (D / heads) * keyHeads + 3 * D * F;

export interface BenchCase {
  readonly name: string;
  readonly type: WeightType;
  readonly rank: number;
  readonly alpha: number;
  readonly rows: number;
  readonly tokens: number;
  /** Tokens at the end of each row that are learned. */
  readonly answerTokens: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly checkpointing: boolean;
}

export type Figures = Readonly<Record<string, number>>;

/** One run of the 0.5B shape in an engine process of its own, from the command to the written adapter. */
export async function benchTrain(bench: BenchCase, threads: number | null): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-bench-'));
  try {
    const paths = { base: join(folder, 'base.gguf'), train: join(folder, 'rows'), run: join(folder, 'run') };
    mkdirSync(paths.run);
    writeShapeModel(paths.base, bench.type);
    writeRows(paths.train, bench);
    const started = performance.now();
    let firstStepEnded = 0;
    const run = startEngine({ ...requestOf(bench, paths), threads }, (event) => {
      if (event.type === 'step' && firstStepEnded === 0) firstStepEnded = performance.now();
    });
    const code = await run.ended;
    const whole = (performance.now() - started) / 1000;
    if (code !== 0) throw new Error(`the engine ended with ${code}: ${run.stderr()}`);
    const done = eventsOf(run.events, 'step');
    // The first step also touches memory for the first time.
    const best = Math.min(...(done.length > 1 ? done.slice(1) : done).map((event) => event.seconds));
    const rate = (linearWork(bench) / best) * bench.batchSize;
    const peak = await matmulPeak(bench.type, D, F, bench.tokens * bench.batchSize, threads);
    return {
      tokens_per_second: (bench.tokens * bench.batchSize) / best,
      seconds_per_step: best,
      linear_gflops: rate / 1e9,
      matmul_peak_gflops: peak / 1e9,
      share_of_matmul_peak: rate / peak,
      peak_memory_gib: Math.max(...done.map((event) => event.peakMemory)) / 2 ** 30,
      command_to_first_step_s: (firstStepEnded - started) / 1000 - done[0]!.seconds,
      command_to_adapter_s: whole,
      adapter_mib: statSync(join(paths.run, 'adapter.gguf')).size / 2 ** 20,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Floating-point operations of the linears and the head for one row: forward, input gradients, recomputation. */
function linearWork({ tokens, answerTokens, checkpointing }: BenchCase): number {
  const body = layers * layerParameters;
  const recomputed = checkpointing ? layers * (layerParameters - D * F) : 0;
  return 2 * (tokens * (2 * body + recomputed) + answerTokens * 2 * D * V);
}

function writeRows(path: string, { rows, tokens, answerTokens }: BenchCase): void {
  const draw = random(1);
  const row = () => ({
    tokens: Int32Array.from({ length: tokens }, () => Math.floor(draw() * V)),
    answer: Uint8Array.from({ length: tokens }, (_, i) => (i >= tokens - answerTokens ? 1 : 0)),
  });
  writeTokenRows(path, Array.from({ length: rows }, row));
}

function requestOf(bench: BenchCase, paths: { base: string; train: string; run: string }): TrainRequest {
  const { rank, alpha, steps, batchSize, checkpointing, tokens } = bench;
  return trainRequest(paths, {
    method: { kind: 'lora', rank, alpha, dropout: 0, targets: ['q', 'k', 'v', 'o', 'gate', 'up', 'down'] },
    schedule: {
      steps,
      batchSize,
      gradientCheckpointing: checkpointing,
      checkpointEvery: 0,
      evaluateEvery: 0,
      contextLength: tokens,
      warmupSteps: 0,
    },
  });
}
