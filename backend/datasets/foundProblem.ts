import type { Language } from '../contract/common.ts';
import type { ImportProblem } from '../contract/dataset.ts';
import { problemText } from './problemText.ts';
import type { Problem } from './rowSink.ts';

/** A problem of an import as it is stored: without words, so that it can be read in either language later. */
export interface FoundProblem extends Pick<Problem, 'code' | 'details'> {
  /** In the file, from 1. */
  readonly line: number;
  readonly column: number;
  /** The beginning of the row as it stands in the file; null where it could not be made out. */
  readonly excerpt: string | null;
}

const longestExcerpt = 200;

export function excerptOf(text: string): string {
  const short = text.slice(0, longestExcerpt).toWellFormed();
  return short.length < text.length ? `${short}…` : short;
}

export function describeProblem(problem: FoundProblem, language: Language): ImportProblem {
  const { code, line, column, excerpt } = problem;
  const message = problemText(problem, language);
  return { code, message, line, column, ...(excerpt === null ? {} : { excerpt }) };
}
