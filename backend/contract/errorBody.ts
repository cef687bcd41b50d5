import type { ErrorProblem, Language } from './common.ts';
import { type ErrorCode, type ErrorDetails, errorTable, fill, TataraError } from './errors.ts';
import type { ErrorBody } from './run.ts';

/** An error as it is stored: without words, so that it can be read in either language later. */
export interface StoredError {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly problems: readonly ErrorProblem[];
}

/**
 * What is to be told of anything that was thrown. What no code names is a bug: its message goes along, its cause and
 * its stack stay in the log.
 */
export function storedError(error: unknown): StoredError {
  if (error instanceof TataraError) return { code: error.code, details: error.details, problems: error.problems };
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'internal', details: { reason }, problems: [] };
}

export function errorStatus(code: ErrorCode): number {
  return errorTable[code].status;
}

/** The error in one language, in the shape that every hop carries and that OpenAI's clients understand. */
export function errorBody(error: StoredError, language: Language, requestId?: string): ErrorBody {
  const entry: { status: number; message: Record<Language, string>; hint?: Record<Language, string> } =
    errorTable[error.code];
  const details = localisedDetails({ request_id: requestId ?? '-', ...error.details }, language);
  const shown = Object.entries(error.details).filter(([key]) => !key.endsWith('_ja'));
  return {
    code: error.code,
    message: fill(entry.message[language], details),
    ...(entry.hint ? { hint: fill(entry.hint[language], details) } : {}),
    type: errorType(entry.status),
    param: typeof error.details.param === 'string' ? error.details.param : null,
    ...(shown.length > 0 ? { details: Object.fromEntries(shown) } : {}),
    ...(error.problems.length > 0 ? { problems: error.problems.slice(0, 100) } : {}),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

/** `{reason}` is filled from the detail `reason_ja` where the reader wants Japanese and there is one. */
function localisedDetails(details: ErrorDetails, language: Language): ErrorDetails {
  if (language === 'en') return details;
  const localised = { ...details };
  for (const [key, value] of Object.entries(details)) {
    if (key.endsWith('_ja')) localised[key.slice(0, -3)] = value;
  }
  return localised;
}

/** The classes that OpenAI's error objects have. */
function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
