/** What inference is asked and what it answers; no library of its own in sight. */
import type { ChatMessage } from '../contract/dataset.ts';
import type { ModelFile } from '../training/ports.ts';

/**
 * How the next token is chosen. What is left out is as llama.cpp's server has it: temperature 0.8, the 40 likeliest
 * (`topK`), of these the likeliest that make up 95 % (`topP`) and are at least 5 % as likely as the first (`minP`), no
 * penalties, a seed of chance.
 */
export interface Sampling {
  /** 0: always the likeliest token. */
  readonly temperature?: number;
  /** 0: all of them. */
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly seed?: number;
  /** OpenAI's penalties: by what was answered so far, not by the prompt. */
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
}

export interface ChatRequest {
  readonly model: ModelFile;
  readonly messages: readonly ChatMessage[];
  readonly sampling?: Sampling;
  /** Texts that end the answer and are not part of it. */
  readonly stop?: readonly string[];
  /** Absent: to the end of the context. */
  readonly maxTokens?: number;
  readonly signal: AbortSignal;
}

/** `stop`: the model or a stop text ended it; `length`: `maxTokens` or the context did. */
export type FinishReason = 'stop' | 'length';

/** `start` comes once the prompt is accepted: what goes wrong with a request goes wrong before it. */
export type ChatEvent =
  | { readonly type: 'start'; readonly promptTokens: number }
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'end';
      readonly finishReason: FinishReason;
      readonly promptTokens: number;
      /** Without the token that ends the turn. */
      readonly completionTokens: number;
    };

/** A line for the log; llama.cpp's own lines come this way too, never to the standard output. */
export type InferenceLog = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

/** A model in memory. */
export interface LoadedFile {
  readonly path: string;
  /** Those that are ready to be asked on it. */
  readonly adapterPaths: readonly string[];
  /** Weights and contexts. */
  readonly bytes: number;
  readonly inUse: boolean;
}
