import { EngineError } from '../contract/engineError.ts';
import type { EngineEvent } from '../contract/messages.ts';
import { LibraryError } from '../ffi/library.ts';
import { FormatError } from '../formats/formatError.ts';
import { diskFull } from '../formats/writeAside.ts';

/** The `failed` event of anything that was thrown; what nobody named is a bug. */
export function describeFailure(error: unknown): EngineEvent & { type: 'failed' } {
  const named = diskFull(error, error instanceof Error && 'path' in error ? String(error.path) : '');
  if (named instanceof EngineError || named instanceof FormatError) {
    return { type: 'failed', code: named.code, message: named.message, details: { ...named.details } };
  }
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof LibraryError ? 'engine_library' : 'engine_bug';
  return { type: 'failed', code, message: reason, details: { reason } };
}
