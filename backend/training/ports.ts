/** What the training domain needs of others. Implemented by backend/engines and backend/inference, wired in app.ts. */
import type { EngineEvent, EngineRequest } from '../../native/contract/messages.ts';
import type { ChatMessage, DatasetRow, ToolDefinition } from '../contract/dataset.ts';
import type { EngineIdentity } from './runStore.ts';

/** One engine process that serves one request. */
export interface EngineProcess {
  /**
   * Ends after the event that ends the request. Throws the TataraError that a `failed` event names, or `engine_crashed`
   * where the process died without one.
   */
  readonly events: AsyncIterable<EngineEvent>;
  /** Stop after the current step, with a checkpoint. */
  stop(): void;
  /** What a `sample` was asked for is done. */
  goOn(): void;
  /** At once, without a checkpoint. */
  kill(): void;
}

export interface Engine {
  /**
   * `onStarted` is told of the process before it gets its request, so that a backend that dies right then still knows
   * whom to end when it is started again.
   */
  start(request: EngineRequest, onStarted?: (identity: EngineIdentity) => void): EngineProcess;
}

/** A base model's file, optionally with an adapter on it. */
export interface ModelFile {
  readonly path: string;
  readonly hash: string;
  readonly adapterPath?: string;
}

/** Token ids of a row as the chat template renders it, and which of them the model must learn to say. Equal lengths. */
export interface EncodedRow {
  readonly tokens: readonly number[];
  readonly answer: readonly boolean[];
}

export interface RowEncoder extends AsyncDisposable {
  encode(row: DatasetRow): EncodedRow;
}

export interface RowEncoders {
  /** Loads the vocabulary and the chat template only. */
  open(model: ModelFile): Promise<RowEncoder>;
}

/** Answers one conversation greedily (temperature 0), for evaluation. */
export interface Answerer extends AsyncDisposable {
  answer(
    messages: readonly ChatMessage[],
    maxTokens: number,
    signal: AbortSignal,
    tools?: readonly ToolDefinition[],
  ): Promise<string>;
}

export interface Answerers {
  /** `passing`: the model is asked this once and is not kept loaded. */
  open(model: ModelFile, passing?: boolean): Promise<Answerer>;
}

/** Writes a token file (native/contract/tokenFile.ts) row by row; nothing stands under its name before `finish`. */
export interface TokenFileWriter extends AsyncDisposable {
  readonly rows: number;
  /** Of all rows. */
  readonly tokens: number;
  /** Tokens of the longest row. */
  readonly longestRow: number;
  add(row: EncodedRow): void;
  /** Throws `disk_full`. Returns `sha256:` and the hash of the file. */
  finish(): Promise<string>;
}

export interface TokenFiles {
  create(path: string): TokenFileWriter;
}
