import type { ChatMessage, ToolDefinition } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { Answerer } from '../training/ports.ts';
import { generate } from './generate.ts';
import type { ModelLease } from './modelPool.ts';
import type { SequencePool } from './sequencePool.ts';

/** So many questions are answered in one batch; more gain nothing on a CPU and cost memory. */
const atOnce = 8;

interface OpenContext {
  readonly pool: SequencePool;
  /** Answers that are being made on it. */
  running: number;
  outgrown: boolean;
}

/**
 * Answers many short questions at once on one context of several sequences. The context is as long as the longest
 * question needs; one that is outgrown is closed when its last answer is done.
 */
export class BatchAnswerer implements Answerer {
  readonly #lease: ModelLease;
  readonly #closing: AbortSignal;
  #current: Promise<OpenContext> | null = null;
  #size = 0;
  readonly #open = new Set<OpenContext>();

  constructor(lease: ModelLease, closing: AbortSignal) {
    this.#lease = lease;
    this.#closing = closing;
  }

  async answer(
    messages: readonly ChatMessage[],
    maxTokens: number,
    aborted: AbortSignal,
    tools?: readonly ToolDefinition[],
  ): Promise<string> {
    const signal = AbortSignal.any([aborted, this.#closing]);
    signal.throwIfAborted();
    const prompt = this.#lease.codec.prompt(messages, tools);
    const most = this.#lease.model.trainContextSize;
    if (prompt.length >= most) throw new TataraError('context_exceeded', { tokens: prompt.length, limit: most });
    const context = await this.#contextFor(Math.min(most, prompt.length + maxTokens));
    try {
      const limit = context.pool.tokens;
      if (prompt.length >= limit) throw new TataraError('context_exceeded', { tokens: prompt.length, limit });
      const options = {
        prompt,
        sampling: { temperature: 0 },
        stop: [],
        maxTokens: Math.min(maxTokens, limit - prompt.length),
        lead: this.#lease.codec.answerLead,
        signal,
      };
      let text = '';
      for await (const piece of context.pool.with(signal, (sequence) => generate(sequence, options))) text += piece;
      return text;
    } finally {
      context.running--;
      if (context.outgrown && context.running === 0) await this.#close(context);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#open) await this.#close(context);
    await this.#lease.release();
  }

  async #contextFor(tokens: number): Promise<OpenContext> {
    if (tokens > this.#size || !this.#current) {
      // Doubling keeps the number of contexts small when each question is longer than the one before.
      this.#size = Math.min(this.#lease.model.trainContextSize, Math.max(256, 2 ** Math.ceil(Math.log2(tokens))));
      const previous = this.#current;
      const opening = this.#openContext(this.#size, previous);
      this.#current = opening;
      opening.catch(() => {
        if (this.#current === opening) this.#current = null;
      });
    }
    const context = await this.#current;
    context.running++;
    return context;
  }

  async #openContext(tokens: number, previous: Promise<OpenContext> | null): Promise<OpenContext> {
    const outgrown = await previous?.catch(() => null);
    if (outgrown) {
      outgrown.outgrown = true;
      if (outgrown.running === 0) await this.#close(outgrown);
    }
    const context = { pool: await this.#lease.open({ sequences: atOnce, tokens }), running: 0, outgrown: false };
    this.#open.add(context);
    return context;
  }

  async #close(context: OpenContext): Promise<void> {
    if (this.#open.delete(context)) await this.#lease.close(context.pool);
  }
}
