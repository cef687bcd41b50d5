import type { DatasetRow } from '../contract/dataset.ts';
import type { AnsweredRow } from '../contract/run.ts';
import { type Difference, pairedDifference } from '../contract/verdict.ts';
import { evaluateRun } from '../evaluation/evaluateRun.ts';
import type { Answerers, ModelFile } from '../training/ports.ts';

/** Answers of two models to the same questions, in as many lists as rows were given. */
export async function askBoth(
  answerers: Answerers,
  { one, other }: { readonly one: ModelFile; readonly other: ModelFile },
  rows: readonly (readonly DatasetRow[])[],
  signal: AbortSignal,
): Promise<AnsweredRow[][]> {
  const all = rows.flat();
  const evaluation = await evaluateRun({
    answerers,
    base: one,
    tuned: other,
    heldOut: all,
    maxAnswers: all.length,
    signal,
  });
  const answers = [...(evaluation.held_out?.answers ?? [])];
  return rows.map(({ length }) => answers.splice(0, length));
}

export const rightOf = (answers: readonly AnsweredRow[], which: 'base_right' | 'tuned_right'): number =>
  answers.filter((answer) => answer[which]).length;

/** The second model against the first one; where nothing was asked, nothing is shown. */
export function difference(answers: readonly AnsweredRow[]): Difference {
  return answers.length > 0 ? pairedDifference(answers) : { base: 0, tuned: 0, change: 0, low: -1, high: 1 };
}
