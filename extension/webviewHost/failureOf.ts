import type { Language } from '../../backend/contract/common.ts';
import type { Failure } from '../../webviews/contract/failure.ts';
import { errorOf } from '../common/errorOf.ts';

/** An error as a page shows it, in the reader's language: what happened, and what to do. */
export function failureOf(error: unknown, language: Language): Failure {
  const { message, hint } = errorOf(error, language);
  return { message, ...(hint === undefined ? {} : { hint }) };
}
