import type { ErrorBody } from '../contract/run.ts';

/** An error that the backend answered with, in the language that was asked for. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly status: number;
  readonly body: ErrorBody;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}
