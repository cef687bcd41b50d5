/** Models and contexts that are loaded, each once, as many as memory allows. */
import { stat } from 'node:fs/promises';
import { InsufficientMemoryError, type LlamaModel } from 'node-llama-cpp';
import { TataraError } from '../contract/errors.ts';
import type { ModelFile } from '../training/ports.ts';
import { checkAdapter } from './adapterGuard.ts';
import { compileChatTemplate } from './chatTemplate.ts';
import { type ConversationCodec, createConversationCodec } from './conversation.ts';
import type { InferenceLog, LoadedFile } from './inferenceTypes.ts';
import { type LlamaRuntime, startLlama } from './llamaRuntime.ts';
import { SequencePool, type SequencePoolOptions } from './sequencePool.ts';
import { type TokenText, tokenTexts } from './tokenTexts.ts';
import { readVocabulary } from './vocabulary.ts';

export interface ModelPoolOptions {
  readonly log: InferenceLog;
  readonly gpu: 'auto' | false;
  /** Bytes that loaded models and contexts may take together; one that is in use is kept even beyond. */
  readonly memoryLimit: number;
}

/** A model for as long as it is needed; it is not unloaded before `release`. */
export interface ModelLease {
  readonly model: LlamaModel;
  readonly codec: ConversationCodec;
  /** The context that conversations with this model, or with the adapter on it, share. */
  shared(tokens: number): Promise<SequencePool>;
  /** A context of the caller's own, to be handed back to `close`. */
  open(options: Omit<SequencePoolOptions, 'adapterPath'>): Promise<SequencePool>;
  close(pool: SequencePool): Promise<void>;
  /** The promise is of a model that is not kept, and resolves when it is unloaded. */
  release(): void | Promise<void>;
}

export interface OpenVocabulary {
  readonly codec: ConversationCodec;
  texts(tokens: readonly number[]): TokenText[];
  close(): Promise<void>;
}

interface Loaded {
  readonly path: string;
  readonly model: LlamaModel;
  readonly codec: ConversationCodec;
}

interface ModelEntry {
  readonly loading: Promise<Loaded>;
  loaded: Loaded | null;
  users: number;
  lastUse: number;
  /** By adapter path; '' without one. */
  readonly shared: Map<string, SharedContext>;
}

interface SharedContext {
  readonly opening: Promise<SequencePool>;
  pool: SequencePool | null;
  users: number;
  lastUse: number;
}

export class ModelPool {
  readonly #options: ModelPoolOptions;
  #runtime: Promise<LlamaRuntime> | null = null;
  #stopListening: () => void = () => {};
  readonly #models = new Map<string, ModelEntry>();
  /** Contexts that somebody has to himself, and the model of each. */
  readonly #own = new Map<SequencePool, ModelEntry>();
  readonly #vocabularies = new Set<LlamaModel>();
  #clock = 0;
  #closed = false;

  constructor(options: ModelPoolOptions) {
    this.#options = options;
  }

  /**
   * `passing`: loaded for this lease alone and unloaded after it. An adapter that was used once stays in memory as long as
   * its base does, so a base on which one adapter after the other is tried must go in between.
   * @throws TataraError `model_load_failed`, `chat_template_broken`, `adapter_mismatch`, `adapter_load_failed`
   */
  async lease(file: ModelFile, passing = false): Promise<ModelLease> {
    const key = `${file.hash} ${file.path}${passing ? ` ${++this.#clock}` : ''}`;
    let entry = this.#models.get(key);
    if (!entry) {
      entry = { loading: this.#load(file), loaded: null, users: 0, lastUse: 0, shared: new Map() };
      this.#models.set(key, entry);
    }
    const used = entry;
    used.users++;
    used.lastUse = ++this.#clock;
    const contexts: SharedContext[] = [];
    let released = false;
    const release = (): void | Promise<void> => {
      if (released) return;
      released = true;
      used.users--;
      for (const context of contexts) context.users--;
      if (!passing || this.#closed) return;
      this.#models.delete(key);
      return used.loaded?.model.dispose();
    };
    try {
      used.loaded = await used.loading;
      const { model, codec } = used.loaded;
      if (file.adapterPath !== undefined) await checkAdapter(file.adapterPath, file, model.architecture);
      return {
        model,
        codec,
        shared: (tokens) => this.#shared(used, contexts, model, tokens, file.adapterPath),
        open: async (options) => {
          const pool = await this.#open(model, { ...options, adapterPath: file.adapterPath });
          this.#own.set(pool, used);
          return pool;
        },
        close: async (pool) => {
          this.#own.delete(pool);
          await pool.dispose();
        },
        release,
      };
    } catch (error) {
      await release();
      if (!used.loaded && this.#models.get(key) === used) this.#models.delete(key);
      throw error;
    }
  }

  /** Only the vocabulary and the chat template. */
  async openVocabulary(file: ModelFile): Promise<OpenVocabulary> {
    const { llama, attempt } = await this.#started();
    const model = await attempt(
      () => llama.loadModel({ modelPath: file.path, vocabOnly: true, gpuLayers: 0 }),
      (reason, cause) => new TataraError('model_load_failed', { path: file.path, reason }, { cause }),
    );
    const { codec } = await this.#withCodec(file, model);
    this.#vocabularies.add(model);
    const close = async (): Promise<void> => {
      this.#vocabularies.delete(model);
      await model.dispose();
    };
    return { codec, texts: (tokens) => tokenTexts(model, tokens), close };
  }

  /** What is held in memory. */
  loaded(): LoadedFile[] {
    return [...this.#models.values()].flatMap((entry) => {
      if (!entry.loaded) return [];
      const adapterPaths = [...entry.shared.keys()].filter((path) => path !== '');
      return [{ path: entry.loaded.path, adapterPaths, bytes: this.#memoryOf(entry), inUse: entry.users > 0 }];
    });
  }

  /** Unloads what nobody is using. */
  async unloadIdle(): Promise<void> {
    await this.#makeRoom(Number.POSITIVE_INFINITY);
  }

  async dispose(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const pool of this.#own.keys()) await pool.dispose();
    for (const model of this.#vocabularies) await model.dispose();
    for (const entry of this.#models.values()) {
      for (const { opening } of entry.shared.values()) await settled(opening, (pool) => pool.dispose());
      await settled(entry.loading, ({ model }) => model.dispose());
    }
    this.#stopListening();
  }

  #started(): Promise<LlamaRuntime> {
    if (this.#closed) throw new Error('Inference is shut down.');
    this.#runtime ??= this.#start();
    return this.#runtime;
  }

  async #start(): Promise<LlamaRuntime> {
    try {
      const runtime = await startLlama(this.#options.gpu);
      this.#stopListening = runtime.listen(this.#options.log);
      return runtime;
    } catch (error) {
      this.#runtime = null;
      throw error;
    }
  }

  async #load(file: ModelFile): Promise<Loaded> {
    const { llama, attempt } = await this.#started();
    const fail = (reason: string, cause: unknown) =>
      new TataraError('model_load_failed', { path: file.path, reason }, { cause });
    const bytes = await attempt(async () => (await stat(file.path)).size, fail);
    await this.#makeRoom(bytes);
    const started = performance.now();
    const model = await this.#again(() => attempt(() => llama.loadModel({ modelPath: file.path }), fail));
    const loaded = await this.#withCodec(file, model);
    this.#options.log('info', 'Loaded a model', {
      path: file.path,
      bytes: model.size,
      gpu_layers: model.gpuLayers,
      milliseconds: Math.round(performance.now() - started),
    });
    return loaded;
  }

  async #withCodec(file: ModelFile, model: LlamaModel): Promise<Loaded> {
    try {
      const vocabulary = readVocabulary(model);
      const template = compileChatTemplate({
        source: model.fileInfo.metadata.tokenizer?.chat_template,
        bosText: vocabulary.bosText,
        eosText: vocabulary.eosText,
      });
      if (template.plain)
        this.#options.log('info', 'The model has no chat template; a plain one is used', { path: file.path });
      return { path: file.path, model, codec: createConversationCodec(template, vocabulary) };
    } catch (error) {
      await model.dispose();
      throw error;
    }
  }

  async #shared(
    entry: ModelEntry,
    held: SharedContext[],
    model: LlamaModel,
    tokens: number,
    adapterPath: string | undefined,
  ): Promise<SequencePool> {
    const key = adapterPath ?? '';
    let shared = entry.shared.get(key);
    if (!shared) {
      shared = { opening: this.#open(model, { sequences: 1, tokens, adapterPath }), pool: null, users: 0, lastUse: 0 };
      entry.shared.set(key, shared);
    }
    shared.lastUse = ++this.#clock;
    shared.users++;
    held.push(shared);
    try {
      shared.pool = await shared.opening;
      return shared.pool;
    } catch (error) {
      if (entry.shared.get(key) === shared) entry.shared.delete(key);
      throw error;
    }
  }

  async #open(model: LlamaModel, options: SequencePoolOptions): Promise<SequencePool> {
    await this.#makeRoom(0);
    const { attempt } = await this.#started();
    return await this.#again(() =>
      attempt(
        () => SequencePool.open(model, options),
        (reason, cause) =>
          options.adapterPath === undefined || cause instanceof InsufficientMemoryError
            ? new TataraError('model_load_failed', { path: model.filename ?? '', reason }, { cause })
            : new TataraError('adapter_load_failed', { path: options.adapterPath, reason }, { cause }),
      ),
    );
  }

  /** Once more with everything idle unloaded, where memory was short. */
  async #again<T>(load: () => Promise<T>): Promise<T> {
    try {
      return await load();
    } catch (error) {
      if (!(error instanceof Error && error.cause instanceof InsufficientMemoryError)) throw error;
      await this.unloadIdle();
      return await load();
    }
  }

  /** Unloads the idle, the longest unused first, until `bytes` more fit under the limit or nothing idle is left. */
  async #makeRoom(bytes: number): Promise<void> {
    while (this.#memory() + bytes > this.#options.memoryLimit) {
      const oldest = this.#idle().reduce<Idle | null>(
        (best, next) => (best && best.lastUse <= next.lastUse ? best : next),
        null,
      );
      if (!oldest) return;
      this.#options.log('info', oldest.what, { path: oldest.path });
      await oldest.unload();
    }
  }

  #idle(): Idle[] {
    const found: Idle[] = [];
    for (const [key, { loaded, users, shared, lastUse }] of this.#models) {
      if (!loaded) continue;
      for (const [adapter, context] of shared) {
        const { pool } = context;
        if (!pool || context.users > 0) continue;
        const unload = async (): Promise<void> => {
          shared.delete(adapter);
          await pool.dispose();
        };
        const path = adapter === '' ? loaded.path : adapter;
        found.push({ what: 'Unloaded an idle context', path, lastUse: context.lastUse, unload });
      }
      if (users === 0 && shared.size === 0) {
        const unload = async (): Promise<void> => {
          this.#models.delete(key);
          await loaded.model.dispose();
        };
        found.push({ what: 'Unloaded an idle model', path: loaded.path, lastUse, unload });
      }
    }
    return found;
  }

  #memory(): number {
    return [...this.#models.values()].reduce((sum, entry) => sum + this.#memoryOf(entry), 0);
  }

  /** Weights and contexts. */
  #memoryOf(entry: ModelEntry): number {
    let bytes = entry.loaded?.model.size ?? 0;
    for (const { pool } of entry.shared.values()) bytes += pool?.memory ?? 0;
    for (const [pool, owner] of this.#own) if (owner === entry) bytes += pool.memory;
    return bytes;
  }
}

interface Idle {
  readonly what: string;
  readonly path: string;
  readonly lastUse: number;
  readonly unload: () => Promise<void>;
}

async function settled<T>(promise: Promise<T>, then: (value: T) => Promise<void>): Promise<void> {
  try {
    await then(await promise);
  } catch {
    // What never came to be needs no disposing.
  }
}
