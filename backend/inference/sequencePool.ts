/** A context of one model, with or without an adapter, and its sequences. Who finds none free waits in line. */
import { availableParallelism } from 'node:os';
import type { LlamaContext, LlamaContextSequence, LlamaModel } from 'node-llama-cpp';

export interface SequencePoolOptions {
  readonly sequences: number;
  /** Most tokens of one sequence, prompt and answer together. */
  readonly tokens: number;
  readonly adapterPath?: string | undefined;
}

interface Sampler {
  sampleToken(...given: readonly unknown[]): Promise<unknown>;
}

/**
 * After a batch, node-llama-cpp 3.21.1 samples all of its sequences at once on several threads. llama.cpp puts the
 * batch's logits into order at the first look at them, without a lock: two that look at once get rows of each other, and
 * a few answers in a hundred go wrong. One after the other costs nothing, for sampling is quick. False where the library
 * does not look as expected; then only one sequence may be used.
 */
function sampleOneByOne(context: LlamaContext): boolean {
  const native = (context as unknown as { readonly _ctx?: Partial<Sampler> })._ctx;
  const sample = native?.sampleToken?.bind(native);
  if (!native || !sample) return false;
  let last: Promise<unknown> = Promise.resolve();
  const value: Sampler['sampleToken'] = (...given) => {
    const next = last.then(() => sample(...given));
    last = next.catch(() => {});
    return next;
  };
  // The library's own property is read-only; one of the object's own goes before it.
  return Reflect.defineProperty(native, 'sampleToken', { value });
}

interface Waiter {
  readonly resolve: (sequence: LlamaContextSequence) => void;
  readonly reject: (reason: unknown) => void;
}

/** Contexts shrink to what fits into memory, but not below this. */
const fewestTokens = 256;

/**
 * llama.cpp's threads wait for each other after every operation, spinning. One thread that has to wait for a core that
 * something else is using makes all of them wait, hundreds of times a token: so one core is left to others. A model of
 * a few megabytes has too little work for more than one thread in any case.
 */
function threadsFor(model: LlamaModel): number {
  if (model.size < 32 * 2 ** 20) return 1;
  return Math.max(1, Math.min(model.llama.cpuMathCores, availableParallelism() - 1));
}

export class SequencePool {
  readonly #context: LlamaContext;
  readonly #free: LlamaContextSequence[];
  readonly #waiting: Waiter[] = [];
  /** Tokens that prompt and answer may have together. */
  readonly tokens: number;

  constructor(context: LlamaContext, tokens: number) {
    this.#context = context;
    const safe = context.totalSequences > 1 && sampleOneByOne(context) ? context.totalSequences : 1;
    this.#free = Array.from({ length: safe }, () => context.getSequence());
    // One cell is kept free by the library for the token that is being made.
    this.tokens = Math.min(tokens, context.contextSize - 1);
  }

  static async open(model: LlamaModel, { sequences, tokens, adapterPath }: SequencePoolOptions): Promise<SequencePool> {
    const context = await model.createContext({
      sequences,
      contextSize: { min: Math.min(fewestTokens, tokens + 1), max: tokens + 1 },
      threads: threadsFor(model),
      failedCreationRemedy: { retries: 3, autoContextSizeShrink: 0.5 },
      ...(adapterPath === undefined ? {} : { lora: { adapters: [{ filePath: adapterPath, scale: 1 }] } }),
    });
    return new SequencePool(context, tokens);
  }

  /** Bytes, as far as the library knows them. */
  get memory(): number {
    return this.#context.memoryUsage.ram + this.#context.memoryUsage.vram;
  }

  /** Runs `use` with a sequence of its own, first come, first served. */
  async *with<T, R>(
    signal: AbortSignal,
    use: (sequence: LlamaContextSequence) => AsyncGenerator<T, R, void>,
  ): AsyncGenerator<T, R, void> {
    const sequence = await this.#take(signal);
    try {
      return yield* use(sequence);
    } finally {
      this.#give(sequence);
    }
  }

  async dispose(): Promise<void> {
    await this.#context.dispose();
  }

  #take(signal: AbortSignal): Promise<LlamaContextSequence> {
    signal.throwIfAborted();
    const free = this.#free.pop();
    if (free) return Promise.resolve(free);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: (sequence) => {
          signal.removeEventListener('abort', leave);
          resolve(sequence);
        },
        reject,
      };
      const leave = (): void => {
        const index = this.#waiting.indexOf(waiter);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
    });
  }

  #give(sequence: LlamaContextSequence): void {
    const next = this.#waiting.shift();
    if (next) {
      next.resolve(sequence);
      return;
    }
    this.#free.push(sequence);
  }
}
