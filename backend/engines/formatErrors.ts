import { FormatError } from '../../native/formats/formatError.ts';
import { type ErrorCode, type ErrorDetails, errorTable, TataraError } from '../contract/errors.ts';

/** Runs work on model files; what they refuse comes out as an error of the table. */
export async function withFormatErrors<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FormatError ? fromFormatError(error) : error;
  }
}

export function fromFormatError(error: FormatError): TataraError {
  return nativeError(error.code, error.details, error);
}

/** An error that native named by code and details; a code that the table does not have is a bug of the engine. */
export function nativeError(code: string, details: ErrorDetails, cause?: unknown): TataraError {
  // The table's text of this code is about what an adapter says of its base; native's is about what does not fit.
  if (code === 'adapter_mismatch') return new TataraError('adapter_unfit', details, { cause });
  if (Object.hasOwn(errorTable, code)) return new TataraError(code as ErrorCode, details, { cause });
  return new TataraError('engine_bug', { reason: `${code} ${JSON.stringify(details)}` }, { cause });
}
