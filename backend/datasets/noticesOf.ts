import type { RowNotice } from '../contract/datasetView.ts';
import type { RowFacts } from './rowFacts.ts';

export interface ReadFacts extends RowFacts {
  /** Hash of the model that counted the tokens; null: none was asked. */
  readonly model: string | null;
  /** Tokens that the model can hold; null: unknown, or no model was asked. */
  readonly context: number | null;
}

/** In the order in which they are told. */
export const hasNotice: Readonly<Record<RowNotice, (at: number, facts: ReadFacts) => boolean>> = {
  contradiction: (at, { contradiction }) => contradiction[at] === 1,
  echo: (at, { echo }) => echo[at] === 1,
  unreadable: (at, { tokens }) => tokens?.[at] === 0,
  duplicate: (at, { duplicateOf }) => duplicateOf[at]! >= 0,
  long: (at, { tokens, context }) => context !== null && (tokens?.[at] ?? 0) > context,
};

export function noticesOf(at: number, facts: ReadFacts): RowNotice[] {
  return (Object.keys(hasNotice) as RowNotice[]).filter((notice) => hasNotice[notice](at, facts));
}
