import type { Language, Localised } from '../contract/common.ts';
import { type ErrorDetails, errorTable, fill } from '../contract/errors.ts';
import type { Problem } from './rowSink.ts';

/** What is wrong, as a sentence. */
export function problemText(problem: Problem, language: Language): string {
  return fill(errorTable[problem.code].message[language], plainDetails(problem, language));
}

/** The details with their words in one language. */
export function plainDetails({ details }: Problem, language: Language): ErrorDetails {
  return Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, isLocalised(value) ? value[language] : value]),
  );
}

function isLocalised(value: string | number | Localised): value is Localised {
  return typeof value === 'object';
}
