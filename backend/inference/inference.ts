import { totalmem } from 'node:os';
import type { DatasetRow } from '../contract/dataset.ts';
import type { RowTokens } from '../contract/datasetView.ts';
import { TataraError } from '../contract/errors.ts';
import type { Answerers, ModelFile, RowEncoders } from '../training/ports.ts';
import { BatchAnswerer } from './batchAnswerer.ts';
import { generate } from './generate.ts';
import type { ChatEvent, ChatRequest, InferenceLog, LoadedFile } from './inferenceTypes.ts';
import { ModelPool } from './modelPool.ts';
import { raceSignal } from './raceSignal.ts';

export interface InferenceOptions {
  readonly log: InferenceLog;
  /** `auto`: the best that this machine has. */
  readonly gpu?: 'auto' | false;
  /** Bytes for models and contexts that are kept loaded; absent: half of this machine's memory. */
  readonly memoryLimit?: number;
  /** Most tokens of a conversation, where the model was trained for as many; absent: 8192. */
  readonly contextTokens?: number;
}

/** Asks models. Owns all that is loaded for it; one for a backend. */
export class Inference implements AsyncDisposable {
  readonly #models: ModelPool;
  readonly #contextTokens: number;
  readonly #closing = new AbortController();

  /** Vocabularies and chat templates, for training rows. */
  readonly encoders: RowEncoders = {
    open: async (file) => {
      const { codec, close } = await this.#models.openVocabulary(file);
      return { encode: (row) => codec.row(row.messages, row.tools), [Symbol.asyncDispose]: close };
    },
  };

  /** Greedy answers to many short questions at once, for evaluation. */
  readonly answerers: Answerers = {
    open: async (file, passing) => new BatchAnswerer(await this.#models.lease(file, passing), this.#closing.signal),
  };

  constructor({ log, gpu = 'auto', memoryLimit = totalmem() / 2, contextTokens = 8192 }: InferenceOptions) {
    this.#models = new ModelPool({ log, gpu, memoryLimit });
    this.#contextTokens = contextTokens;
  }

  /** A row as the model is trained on it, token by token. Throws as `encoders` do. */
  async rowTokens(file: ModelFile, row: DatasetRow): Promise<RowTokens> {
    const { codec, texts, close } = await this.#models.openVocabulary(file);
    try {
      const { tokens, answer } = codec.row(row.messages, row.tools);
      return { tokens: texts(tokens).map((told, at) => ({ id: tokens[at]!, ...told, learned: answer[at]! })) };
    } finally {
      await close();
    }
  }

  /**
   * An answer as it is made. Conversations with the same model, or adapter, take turns. An abort ends it with the
   * signal's reason; a consumer that stops reading ends it, too.
   * @throws TataraError `context_exceeded`, `chat_template_refused`, `system_message_unsupported`, `adapter_mismatch`,
   * `model_load_failed`, `adapter_load_failed`, `inference_unavailable`
   */
  async *chat(request: ChatRequest): AsyncGenerator<ChatEvent, void, void> {
    const signal = AbortSignal.any([request.signal, this.#closing.signal]);
    signal.throwIfAborted();
    const leasing = this.#models.lease(request.model);
    const lease = await raceSignal(leasing, signal, (late) => late.release());
    try {
      const prompt = lease.codec.prompt(request.messages);
      const most = Math.min(this.#contextTokens, lease.model.trainContextSize);
      checkLength(prompt.length, most);
      const pool = await raceSignal(lease.shared(most), signal);
      checkLength(prompt.length, pool.tokens);
      yield { type: 'start', promptTokens: prompt.length };

      const room = pool.tokens - prompt.length;
      const generating = pool.with(signal, (sequence) =>
        generate(sequence, {
          prompt,
          sampling: request.sampling ?? {},
          stop: request.stop ?? [],
          maxTokens: Math.min(request.maxTokens ?? room, room),
          lead: lease.codec.answerLead,
          signal,
        }),
      );
      const { finishReason, completionTokens } = yield* asEvents(generating);
      yield { type: 'end', finishReason, promptTokens: prompt.length, completionTokens };
    } finally {
      lease.release();
    }
  }

  /** What is held in memory. */
  loaded(): readonly LoadedFile[] {
    return this.#models.loaded();
  }

  /** Unloads what nobody is using, for instance before a run that needs the memory. */
  async unloadIdle(): Promise<void> {
    await this.#models.unloadIdle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error('Inference is shut down.'));
    await this.#models.dispose();
  }
}

async function* asEvents<R>(texts: AsyncGenerator<string, R, void>): AsyncGenerator<ChatEvent, R, void> {
  let ended = false;
  try {
    for (;;) {
      const next = await texts.next();
      if (next.done) {
        ended = true;
        return next.value;
      }
      yield { type: 'text', text: next.value };
    }
  } finally {
    // A consumer that leaves early must leave the sequence to the next in line.
    if (!ended) await texts.return(undefined as never);
  }
}

function checkLength(tokens: number, limit: number): void {
  if (tokens >= limit) throw new TataraError('context_exceeded', { tokens, limit });
}
