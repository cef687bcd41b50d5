/**
 * Every error that a person can meet: code, HTTP status, what happened, what to do. A class of its own carries it
 * across every hop; anything else that is thrown is a bug and becomes `internal`.
 * `{name}` in a text is filled from the error's details.
 */
import type { ErrorProblem, Localised } from './common.ts';
import { datasetErrors } from './datasetErrors.ts';
import { engineErrors } from './engineErrors.ts';
import { inferenceErrors } from './inferenceErrors.ts';
import { recipeErrors } from './recipeErrors.ts';
import { runErrors } from './runErrors.ts';
import { systemErrors } from './systemErrors.ts';

interface ErrorEntry {
  readonly status: number;
  readonly message: Localised;
  readonly hint?: Localised;
}

export const errorTable = {
  unauthorized: {
    status: 401,
    message: { en: 'The request has no valid token.', ja: 'リクエストに有効なトークンがありません。' },
    hint: {
      en: 'Send "Authorization: Bearer <token>" with the token that "tatara serve" shows.',
      ja: '「tatara serve」が表示するトークンを「Authorization: Bearer <token>」として送ってください。',
    },
  },
  internal: {
    status: 500,
    message: { en: 'Something went wrong inside Tatara: {reason}', ja: 'Tatara の内部で問題が起きました: {reason}' },
    hint: {
      en: 'This is a bug. The log has the details under request id {request_id}.',
      ja: 'これは不具合です。ログのリクエスト ID {request_id} に詳細があります。',
    },
  },
  disk_full: {
    status: 507,
    message: {
      en: 'The disk is full: {path} could not be written.',
      ja: 'ディスクに空きがなく、{path} を書けません。',
    },
    hint: {
      en: 'Free some space and try again. What was there before is intact.',
      ja: '空き容量を増やしてからもう一度試してください。以前からあるものは無事です。',
    },
  },
  ...datasetErrors,
  ...recipeErrors,
  ...systemErrors,
  ...engineErrors,
  ...runErrors,
  ...inferenceErrors,
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error that a person can act on. */
export class TataraError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  /** The single places that are wrong, where the error is about a file with more than one. */
  readonly problems: readonly ErrorProblem[];

  constructor(
    code: ErrorCode,
    details: ErrorDetails = {},
    options: ErrorOptions & { readonly problems?: readonly ErrorProblem[] } = {},
  ) {
    super(fill(errorTable[code].message.en, details), options);
    this.name = 'TataraError';
    this.code = code;
    this.details = details;
    this.problems = options.problems ?? [];
  }
}

/** Fills `{name}` from the details; a placeholder without a value stays as it is, so that the gap is seen. */
export function fill(text: string, details: Readonly<Record<string, unknown>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}
