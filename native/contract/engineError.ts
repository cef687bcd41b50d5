import type { EngineErrorCode } from './errors.ts';

/** A failure that the engine can name. Its message is for the log; people read the text of the code. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: EngineErrorCode, details: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    super(`${code}: ${JSON.stringify(details)}`, options);
    this.code = code;
    this.details = details;
  }
}
