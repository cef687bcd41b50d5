import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { EngineError, failure } from '../contract/engineError.ts';
import { engineVersion } from '../contract/engineVersion.ts';
import type { PreflightRequest, TrainRequest } from '../contract/messages.ts';
import type { Ggml } from '../ffi/library.ts';
import { readGgufHeader } from '../formats/gguf/readGguf.ts';
import { Device } from '../ggml/device.ts';
import { readConfig } from '../models/architecture.ts';
import { type LoadedModel, loadModel, transposedBytes } from '../models/loadModel.ts';
import type { Parameters } from '../models/parameters.ts';
import { chooseVariants, type OpVariants } from '../ops/context.ts';
import { trustedKernels } from '../ops/trustKernels.ts';
import { layOut, microBatchRows, type Packing, packRows } from './batches.ts';
import {
  checkpointBytes,
  checkSameParameters,
  readCheckpointState,
  readHistory,
  restoreParameters,
  runFingerprint,
  writeCheckpoint,
} from './checkpoint.ts';
import type { Emit } from './emit.ts';
import { History } from './history.ts';
import { initialiseLora } from './initialise.ts';
import { keepCheckpoint } from './keepCheckpoint.ts';
import { learningRateAt } from './learningRate.ts';
import { Optimizer } from './optimizer.ts';
import { phaseProgress } from './phaseProgress.ts';
import { purposes } from './random.ts';
import { type ResultOrder, type Results, writeResults } from './results.ts';
import { Session } from './session.ts';
import { governThreads, type ThreadGovernor } from './threadGovernor.ts';
import { openTokenFile, type TokenFile } from './tokenFile.ts';

/** What the outside says while a run goes on. */
export interface Controls {
  readonly stopped: boolean;
  /** Resolves at the next word to go on, or to stop. */
  goOn(): Promise<void>;
}

/** Trains until the last step or until it is stopped; the last event is `trained` or `stopped`. */
export async function train(ggml: Ggml, request: TrainRequest, emit: Emit, controls: Controls): Promise<void> {
  const { runDirectory } = request;
  const fingerprint = runFingerprint(request);
  const state = request.resume ? readCheckpointState(runDirectory, request.adopt ? null : fingerprint) : null;
  const history = new History(emit, state ? readHistory(runDirectory) : []);
  using run = await Run.open(ggml, request, history.emit, state?.transposedCopies);
  let step = state?.step ?? 0;
  if (state) {
    checkSameParameters(runDirectory, state, run.parameters);
    restoreParameters(runDirectory, run.parameters);
  }
  run.ready(step + 1);
  if (request.knownStep !== undefined) history.tellAfter(request.knownStep);

  const { steps, evaluateEvery, checkpointEvery, keepCheckpoints } = request.schedule;
  const isMeasured = () => step === 0 || step === steps || (evaluateEvery > 0 && step % evaluateEvery === 0);
  const keep = () => {
    if (keepCheckpoints !== undefined) keepCheckpoint(runDirectory, step, keepCheckpoints);
  };
  let heldOutLoss: number | null = null;
  let savedStep = state?.step ?? null;
  const save = () => {
    const { transposedCopies } = run;
    const measured = heldOutLoss === null ? {} : { heldOutLoss };
    const progress = { step, fingerprint, transposedCopies, ...measured };
    const path = writeCheckpoint(runDirectory, run.parameters, progress, history.events);
    savedStep = step;
    keep();
    emit({ type: 'checkpoint', step, path });
  };
  const sample = async () => {
    if (!request.samples || request.data.heldOutPath === undefined || !isMeasured() || controls.stopped) return;
    const folder = join(runDirectory, 'sample');
    // A name of its own each time: whoever asks may know files by their paths.
    const results = step === 0 ? {} : run.writeResults({ directory: join(folder, String(step)), forAsking: true });
    emit({ type: 'sample', step, ...results });
    await controls.goOn();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  if (step === 0) await run.evaluate(0);
  // A crash may have come between the checkpoint and what follows it.
  if (state && step > 0) keep();
  await sample();
  while (step < steps && !controls.stopped) {
    step += 1;
    await run.step(step);
    const last = step === steps;
    heldOutLoss = isMeasured() ? await run.evaluate(step) : null;
    if (last || controls.stopped || (checkpointEvery > 0 && step % checkpointEvery === 0)) save();
    await sample();
  }
  if (step < steps) {
    // Stopped before its first step of this process, or while it was asked: what lies on the disk may be the state already.
    if (savedStep !== step) save();
    emit({ type: 'stopped', step });
    return;
  }
  emit({ type: 'phase', phase: 'saving', fraction: 0 });
  const results = run.writeResults({ directory: runDirectory });
  emit({ type: 'phase', phase: 'saving', fraction: 1 });
  emit({ type: 'trained', step, ...results });
}

/** Three real steps with the batches that need the most memory; nothing is kept. */
export async function preflight(ggml: Ggml, request: PreflightRequest, emit: Emit): Promise<void> {
  using run = await Run.open(ggml, request, emit, undefined);
  run.ready(1);
  const startupSeconds = process.uptime();
  const { gradientAccumulation } = request.schedule;
  const costliest = run.costliestMicroBatches(gradientAccumulation);
  const seconds: number[] = [];
  let tokens = 0;
  for (let step = 1; step <= 3; step++) {
    const started = performance.now();
    // The first step has the longest rows, which decide the memory; the others are as the run will have them.
    tokens = await run.step(step, step === 1 ? costliest : undefined);
    seconds.push((performance.now() - started) / 1000);
  }
  const evaluationSeconds = await run.measureEvaluation();
  // The first step also touches memory for the first time.
  const secondsPerStep = (seconds[1]! + seconds[2]!) / 2;
  // The newest and the best are kept while another one is written beside them; the result has two formats.
  const checkpoints = (request.schedule.keepCheckpoints ?? 0) + 2;
  emit({
    type: 'preflight',
    secondsPerStep,
    startupSeconds,
    evaluationSeconds,
    peakMemory: peakMemory(),
    diskBytes: checkpointBytes(run.parameters) * checkpoints + run.parameters.total * 8,
    tokensPerSecond: tokens / seconds[2]!,
  });
}

class Run implements Disposable {
  readonly loaded: LoadedModel;
  readonly parameters: Parameters;
  readonly transposedCopies: boolean;
  readonly #request: TrainRequest | PreflightRequest;
  readonly #emit: Emit;
  readonly #device: Device;
  readonly #variants: OpVariants;
  readonly #session: Session;
  readonly #optimizer: Optimizer;
  readonly #rows: TokenFile;
  readonly #heldOut: TokenFile | null;
  readonly #governor: ThreadGovernor;

  static async open(
    ggml: Ggml,
    request: TrainRequest | PreflightRequest,
    emit: Emit,
    copies: boolean | undefined,
  ): Promise<Run> {
    using stack = new DisposableStack();
    const device = stack.use(new Device(ggml, request.device, request.threads, await trustedKernels(ggml)));
    const { method, basePath, data } = request;
    // The rows are looked at before the model is loaded: what is refused is refused before anything is allocated.
    const { vocabulary } = readConfig(readGgufHeader(basePath));
    const rows = stack.use(openRows(data.trainPath, vocabulary));
    const heldOut = data.heldOutPath === undefined ? null : stack.use(openRows(data.heldOutPath, vocabulary));
    const transposedCopies =
      copies ?? (!device.kernels && method.kind === 'lora' && fitsTwice(device, transposedBytes(basePath)));
    const loaded = stack.use(
      await loadModel(device, basePath, { kind: 'train', method, transposedCopies }, phaseProgress(emit, 'loading')),
    );
    return new Run(request, emit, device, loaded, { rows, heldOut }, transposedCopies, stack.move());
  }

  readonly #resources: DisposableStack;

  private constructor(
    request: TrainRequest | PreflightRequest,
    emit: Emit,
    device: Device,
    loaded: LoadedModel,
    { rows, heldOut }: { readonly rows: TokenFile; readonly heldOut: TokenFile | null },
    transposedCopies: boolean,
    resources: DisposableStack,
  ) {
    this.#resources = resources;
    this.#request = request;
    this.#emit = emit;
    this.#device = device;
    this.#governor = governThreads(availableParallelism(), request.threads);
    device.threads = this.#governor.threads;
    this.loaded = loaded;
    this.transposedCopies = transposedCopies;
    this.parameters = loaded.parameters!;
    this.#variants = chooseVariants(device);
    this.#session = resources.use(new Session(device, loaded.model, this.#variants));
    this.#optimizer = resources.use(new Optimizer(device, this.parameters, this.#variants));
    this.#rows = rows;
    this.#heldOut = heldOut;
    if (request.method.kind === 'lora') initialiseLora(this.parameters, request.schedule.seed);
  }

  ready(firstStep: number): void {
    this.#emit({
      type: 'ready',
      engineVersion,
      ggmlVersion: this.#device.ggml.version(),
      device: this.#device.facts,
      threads: this.#device.threads,
      variants: {
        ...this.#variants,
        transposedWeights: this.transposedCopies ? 'kept' : this.#device.kernels ? 'not needed' : 'made in each step',
        kernels: this.#device.kernels?.name ?? 'none',
        cpu: this.#device.ggml.cpuVariant,
      },
      trainableParameters: this.parameters.total,
      firstStep,
    });
  }

  /** One optimizer step; `rows` instead of the ones whose turn it is. Tokens computed. */
  async step(step: number, rows?: readonly (readonly number[])[]): Promise<number> {
    const started = performance.now();
    const { schedule, method } = this.#request;
    const dropout = method.kind === 'lora' ? method.dropout : 0;
    const task = { kind: 'train', checkpointing: schedule.gradientCheckpointing, dropout } as const;
    let [nats, answerTokens, tokens] = [0, 0, 0];
    for (let part = 0; part < schedule.gradientAccumulation; part++) {
      const index = (step - 1) * schedule.gradientAccumulation + part;
      const chosen = rows?.[part] ?? microBatchRows(this.#rows.rows, schedule.batchSize, schedule.seed, index);
      const batch = layOut(this.#rows, packRows(chosen, this.#rows.lengths), this.#session.chunk);
      const sum = await this.#session.train(batch, task, [schedule.seed, purposes.dropout, index]);
      nats += sum.nats;
      answerTokens += sum.answerTokens;
      tokens += sum.tokens;
    }
    const loss = nats / answerTokens;
    const gradientNorm = (await this.#optimizer.gradientNorm()) / answerTokens;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw new EngineError('training_diverged', { step });
    const { maxGradientNorm } = schedule;
    const clip = maxGradientNorm > 0 ? Math.min(1, maxGradientNorm / (gradientNorm + 1e-6)) : 1;
    const learningRate = learningRateAt(schedule, step);
    await this.#optimizer.update(schedule, step, learningRate, clip / answerTokens);
    const seconds = (performance.now() - started) / 1000;
    this.#governor.observe(tokens, seconds);
    this.#device.threads = this.#governor.threads;
    this.#emit({
      type: 'step',
      step,
      steps: schedule.steps,
      loss,
      learningRate,
      gradientNorm,
      tokens,
      answerTokens,
      seconds,
      memory: process.memoryUsage.rss(),
      peakMemory: peakMemory(),
    });
    return tokens;
  }

  /** The held-out loss; null where nothing is held out. */
  async evaluate(step: number): Promise<number | null> {
    const file = this.#heldOut;
    if (!file) return null;
    const packings = this.#heldOutPackings(file);
    const sum = await this.#session.evaluate(file, packings, phaseProgress(this.#emit, 'evaluating'));
    const loss = sum.nats / sum.answerTokens;
    if (!Number.isFinite(loss)) throw new EngineError('training_diverged', { step });
    this.#emit({ type: 'heldOut', step, loss, answerTokens: sum.answerTokens });
    return loss;
  }

  /** Seconds that a held-out loss takes, by its first batch; 0 where nothing is held out. */
  async measureEvaluation(): Promise<number> {
    const file = this.#heldOut;
    if (!file) return 0;
    const packings = this.#heldOutPackings(file);
    const started = performance.now();
    await this.#session.evaluate(file, packings.slice(0, 1), () => undefined);
    return ((performance.now() - started) / 1000) * packings.length;
  }

  writeResults(where: Pick<ResultOrder, 'directory' | 'forAsking'>): Results {
    return writeResults({ metadata: {}, ...this.#request, ...where }, this.loaded.model.config, this.parameters);
  }

  #heldOutPackings(file: TokenFile): Packing[] {
    const { batchSize } = this.#request.schedule;
    return Array.from({ length: Math.ceil(file.rows / batchSize) }, (_, i) => {
      const first = i * batchSize;
      const rows = Array.from({ length: Math.min(batchSize, file.rows - first) }, (_, j) => first + j);
      return packRows(rows, file.lengths);
    });
  }

  /** Micro-batches of the longest rows. */
  costliestMicroBatches(count: number): number[][] {
    const { batchSize } = this.#request.schedule;
    const byLength = Array.from({ length: this.#rows.rows }, (_, i) => i).sort(
      (a, b) => this.#rows.lengths[b]! - this.#rows.lengths[a]!,
    );
    const longest = Array.from({ length: batchSize }, (_, i) => byLength[i % byLength.length]!);
    return Array.from({ length: count }, () => longest);
  }

  [Symbol.dispose](): void {
    this.#resources.dispose();
  }
}

/** @throws EngineError `training_data` where a row has nothing to learn or to measure. */
function openRows(path: string, vocabulary: number): TokenFile {
  const file = openTokenFile(path, vocabulary);
  const empty = file.answers.indexOf(0);
  if (file.rows > 0 && empty < 0) return file;
  file[Symbol.dispose]();
  throw failure(
    'training_data',
    { path },
    file.rows === 0
      ? { en: 'it has no rows', ja: '行がありません' }
      : { en: `row ${empty + 1} has no answer`, ja: `${empty + 1} 行目に学習する答えがありません` },
  );
}

/** Copies are kept only while the machine keeps as much free again. A device of its own is asked, not the machine. */
function fitsTwice(device: Device, bytes: number): boolean {
  const free = device.facts.kind === 'gpu' ? device.facts.memoryFree : process.availableMemory();
  return bytes * 4 < free;
}

/** Highest resident memory of this process so far, bytes. */
function peakMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
