/** llama.cpp itself: started once, from the prebuilt library that fits this machine, silent on the standard output. */
import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';
import { TataraError } from '../contract/errors.ts';
import type { InferenceLog } from './inferenceTypes.ts';

export interface LlamaRuntime {
  readonly llama: Llama;
  /** Sends the library's lines to `log` too, until the answer is called. */
  listen(log: InferenceLog): () => void;
  /** Runs `load`; what the library says is wrong meanwhile becomes the reason of the error that `fail` makes. */
  attempt<T>(load: () => Promise<T>, fail: (reason: string, cause: unknown) => Error): Promise<T>;
}

/**
 * One for the whole process and until its end. The library has one place for its lines in a process: a second start, or
 * one after an end, loses it, and they go to the standard output, which belongs to others.
 */
const started = new Map<'auto' | false, Promise<LlamaRuntime>>();

/** @throws TataraError `inference_unavailable` */
export function startLlama(gpu: 'auto' | false): Promise<LlamaRuntime> {
  let runtime = started.get(gpu);
  if (!runtime) {
    runtime = start(gpu);
    started.set(gpu, runtime);
    runtime.catch(() => started.delete(gpu));
  }
  return runtime;
}

const levels: Readonly<Record<LlamaLogLevel, 'debug' | 'info' | 'warn' | 'error' | null>> = {
  [LlamaLogLevel.disabled]: null,
  [LlamaLogLevel.fatal]: 'error',
  [LlamaLogLevel.error]: 'error',
  [LlamaLogLevel.warn]: 'warn',
  [LlamaLogLevel.info]: 'debug',
  [LlamaLogLevel.log]: 'debug',
  [LlamaLogLevel.debug]: 'debug',
};

async function start(gpu: 'auto' | false): Promise<LlamaRuntime> {
  const listeners = new Set<InferenceLog>();
  const attempts = new Set<string[]>();
  const logger = (level: LlamaLogLevel, message: string): void => {
    const ours = levels[level];
    const text = message.trim();
    if (!ours || text === '') return;
    for (const log of listeners) log(ours, text, { source: 'llama.cpp' });
    if (ours === 'error') for (const lines of attempts) lines.push(text);
  };
  let llama: Llama;
  try {
    // Never built on the user's machine, never downloaded: what npm installed is what runs.
    llama = await getLlama({
      gpu,
      build: 'never',
      skipDownload: true,
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger,
    });
  } catch (cause) {
    throw new TataraError('inference_unavailable', { reason: messageOf(cause) }, { cause });
  }
  return {
    llama,
    listen(log) {
      listeners.add(log);
      return () => listeners.delete(log);
    },
    async attempt(load, fail) {
      const lines: string[] = [];
      attempts.add(lines);
      try {
        return await load();
      } catch (cause) {
        // The library's first complaint names the fault; those that follow only pass it on.
        const reason = lines[0]?.replace(/^\w+: (error loading model: )?/, '') ?? messageOf(cause);
        throw fail(reason, cause);
      } finally {
        attempts.delete(lines);
      }
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
