import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineEvent, type EngineRequest, protocolVersion, type TrainRequest } from '../../native/contract/messages.ts';

const host = join(import.meta.dirname, '../../native/host/main.ts');

export interface EngineRun {
  readonly child: ChildProcess;
  readonly events: EngineEvent[];
  readonly stderr: () => string;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Starts a real engine process and collects what it says. `onEvent` may write controls to its stdin. */
export function startEngine(request: EngineRequest, onEvent?: (event: EngineEvent, run: EngineRun) => void): EngineRun {
  const child = spawn(process.execPath, [host], { stdio: 'pipe' });
  const events: EngineEvent[] = [];
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  const run = { child, events, stderr: () => stderr, ended };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = EngineEvent.parse(JSON.parse(line));
    events.push(event);
    onEvent?.(event, run);
  });
  child.stdin.on('error', () => {
    // The process may end before it has read everything; how it ended is what the test looks at.
  });
  child.stdin.write(`${JSON.stringify(request)}\n`);
  return run;
}

export async function runEngine(request: EngineRequest): Promise<EngineEvent[]> {
  const run = startEngine(request);
  const code = await run.ended;
  if (code !== 0 && run.events.at(-1)?.type !== 'failed')
    throw new Error(`the engine ended with ${code}: ${run.stderr()}`);
  return run.events;
}

export function eventsOf<T extends EngineEvent['type']>(events: readonly EngineEvent[], type: T) {
  return events.filter((event): event is EngineEvent & { type: T } => event.type === type);
}

/** A request with settings that suit a tiny model; single-threaded, because the tests share two cores. */
export function trainRequest(
  paths: { base: string; train: string; heldOut?: string; run: string },
  changes: { method?: TrainRequest['method']; schedule?: Partial<TrainRequest['schedule']>; resume?: boolean } = {},
): TrainRequest {
  return {
    type: 'train',
    protocolVersion,
    basePath: paths.base,
    baseHash: `sha256:${'0'.repeat(64)}`,
    method: changes.method ?? {
      kind: 'lora',
      rank: 4,
      alpha: 8,
      dropout: 0,
      targets: ['q', 'k', 'v', 'o', 'gate', 'up', 'down'],
    },
    schedule: {
      steps: 12,
      batchSize: 4,
      gradientAccumulation: 1,
      learningRate: 1e-2,
      scheduler: 'linear',
      warmupSteps: 2,
      weightDecay: 0,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      maxGradientNorm: 1,
      seed: 42,
      contextLength: 64,
      gradientCheckpointing: true,
      evaluateEvery: 4,
      checkpointEvery: 4,
      ...changes.schedule,
    },
    data: { trainPath: paths.train, ...(paths.heldOut ? { heldOutPath: paths.heldOut } : {}) },
    device: 'CPU',
    threads: 1,
    runDirectory: paths.run,
    resume: changes.resume ?? false,
    metadata: {},
  };
}
