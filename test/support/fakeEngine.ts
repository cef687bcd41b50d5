/**
 * An engine process that speaks the protocol and computes nothing: for what must hold whatever an engine does, crashes
 * above all. Its losses are a function of the step alone, and its checkpoint is a number in a file.
 *
 * `argv[2]` is the path of a JSON file with a FakeScript, read at the start.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import {
  EngineControl,
  type EngineEvent,
  EngineRequest,
  type PreflightRequest,
  type TrainRequest,
} from '../../native/contract/messages.ts';
import { fakeLoss } from './fakeLoss.ts';

export interface FakeScript {
  /** ms. */
  readonly stepTime?: number;
  /** Dies by SIGKILL before this step, once a run directory. */
  readonly crashBefore?: number;
  /** Fails before this step. */
  readonly failBefore?: {
    readonly step: number;
    readonly code: string;
    readonly details: Record<string, string | number>;
  };
  /** Says this line instead of its first step. */
  readonly say?: string;
  /** Does not hear `stop`. */
  readonly deaf?: boolean;
}

const script: FakeScript = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));
const cpu = { name: 'CPU', description: 'fake', kind: 'cpu' as const, memoryTotal: 8e9, memoryFree: 4e9 };
const emit = (event: EngineEvent) => process.stdout.write(`${JSON.stringify(event)}\n`);

let stopped = false;
let request: EngineRequest | null = null;
const lines = createInterface({ input: process.stdin });
lines.on('close', () => process.exit(3));
lines.on('line', (line) => {
  if (request) {
    EngineControl.parse(JSON.parse(line));
    stopped = !script.deaf;
    return;
  }
  request = EngineRequest.parse(JSON.parse(line));
  serve(request).then(
    () => process.stdout.write('', () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(`${error}\n`);
      process.exit(1);
    },
  );
});

async function serve(asked: EngineRequest): Promise<void> {
  process.stderr.write('fake engine: started\n');
  if (asked.type === 'train') return train(asked);
  if (asked.type === 'preflight') return preflight(asked);
  if (asked.type !== 'probe') throw new Error(asked.type);
  const found = { engineVersion: 'fake-1', ggmlVersion: '0.0.0', libraryDirectory: '/nowhere', cpuVariant: 'fake' };
  emit({ type: 'probed', ...found, devices: [cpu] });
}

function ready(firstStep: number): void {
  const facts = { device: cpu, threads: 1, variants: {}, trainableParameters: 10, firstStep };
  emit({ type: 'ready', engineVersion: 'fake-1', ggmlVersion: '0.0.0', ...facts });
}

async function preflight(asked: PreflightRequest): Promise<void> {
  readRows(asked);
  ready(1);
  await delay(script.stepTime ?? 1);
  const measured = {
    secondsPerStep: 0.5,
    startupSeconds: 2,
    peakMemory: 1e8,
    diskBytes: 1e6,
    tokensPerSecond: 100,
    evaluationSeconds: 3,
  };
  emit({ type: 'preflight', ...measured });
}

async function train(asked: TrainRequest): Promise<void> {
  const { runDirectory, schedule } = asked;
  const { steps } = schedule;
  const folder = join(runDirectory, 'checkpoint');
  const state = join(folder, 'state.json');
  readRows(asked);
  let step = asked.resume && existsSync(state) ? Number(JSON.parse(readFileSync(state, 'utf8')).step) : 0;
  ready(step + 1);
  const tell = (done: number) => {
    const numbers = { learningRate: schedule.learningRate, gradientNorm: 1, tokens: 20, answerTokens: 8, seconds: 0.5 };
    emit({ type: 'step', step: done, steps, loss: fakeLoss(done), ...numbers, memory: 1e6, peakMemory: 2e6 });
  };
  const heldOut = (done: number) => {
    if (asked.data.heldOutPath) emit({ type: 'heldOut', step: done, loss: fakeLoss(done) * 1.5, answerTokens: 5 });
  };
  const isMeasured = (done: number) =>
    done === steps || (schedule.evaluateEvery > 0 && done % schedule.evaluateEvery === 0);
  const { knownStep = step } = asked;
  for (let done = knownStep; done <= step && step > 0; done++) {
    if (done > knownStep) tell(done);
    if (done === 0 || isMeasured(done)) heldOut(done);
  }
  const save = () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${state}.writing`, JSON.stringify({ step }));
    renameSync(`${state}.writing`, state);
    emit({ type: 'checkpoint', step, path: folder });
  };
  if (step === 0) heldOut(0);
  if (script.say !== undefined) process.stdout.write(`${script.say}\n`);
  while (step < steps && !stopped) {
    if (script.failBefore?.step === step + 1) {
      const { code, details } = script.failBefore;
      return void emit({ type: 'failed', code, message: code, details });
    }
    const crashed = join(runDirectory, 'crashed');
    if (script.crashBefore === step + 1 && !existsSync(crashed)) {
      writeFileSync(crashed, '');
      process.kill(process.pid, 'SIGKILL');
    }
    await delay(script.stepTime ?? 1);
    step++;
    tell(step);
    const last = step === steps;
    if (isMeasured(step)) heldOut(step);
    if (last || stopped || (schedule.checkpointEvery > 0 && step % schedule.checkpointEvery === 0)) save();
  }
  if (step < steps) {
    save();
    return void emit({ type: 'stopped', step });
  }
  const adapterPath = join(runDirectory, 'adapter.gguf');
  const peftPath = join(runDirectory, 'peft');
  mkdirSync(peftPath, { recursive: true });
  writeFileSync(join(peftPath, 'adapter_config.json'), '{}');
  writeFileSync(adapterPath, `fake adapter of ${asked.metadata.dataset}`);
  emit({ type: 'trained', step, adapterPath, peftPath });
}

/** As far as needed to know that the backend wrote what it promised. */
function readRows({ data }: TrainRequest | PreflightRequest): void {
  for (const path of [data.trainPath, data.heldOutPath]) {
    if (path === undefined) continue;
    const bytes = readFileSync(path);
    const [rows, tokens] = [bytes.readUInt32LE(8), bytes.readUInt32LE(12)];
    if (bytes.length !== 16 + (rows + 1) * 4 + tokens * 5) throw new Error(`${path} is damaged`);
  }
}
