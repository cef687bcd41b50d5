import { BackendError } from '../../backend/client/backendError.ts';
import type { Language } from '../../backend/contract/common.ts';
import { errorBody, storedError } from '../../backend/contract/errorBody.ts';
import type { ErrorBody } from '../../backend/contract/run.ts';

/** What is told of anything that was thrown, in the reader's language. */
export function errorOf(error: unknown, language: Language): ErrorBody {
  return error instanceof BackendError ? error.body : errorBody(storedError(error), language);
}

/** True where something was given up because that was asked for. */
export function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
