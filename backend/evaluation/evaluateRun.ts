/** Whether tuning helped: base and tuned model answer the same questions, and the right answers are counted. */
import type { DatasetRow } from '../contract/dataset.ts';
import type { AnsweredRow, Evaluation } from '../contract/run.ts';
import type { Answerers, ModelFile } from '../training/ports.ts';
import { sameAnswer } from './normaliseAnswer.ts';
import { answerLimit, askQuestions, type Question, questionsOf } from './questions.ts';
import { scoreOf } from './score.ts';

export interface EvaluateRunOptions {
  readonly answerers: Answerers;
  readonly base: ModelFile;
  /** The base with the adapter on it, or a whole tuned model. */
  readonly tuned: ModelFile;
  readonly heldOut: readonly DatasetRow[];
  /** What the base already knew and should still know. */
  readonly regression?: readonly DatasetRow[] | undefined;
  /** At most so many rows are answered, of each set: the first ones. */
  readonly maxAnswers: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
}

/** Answers of both models on both sets, together. */
export interface EvaluationProgress {
  readonly answered: number;
  readonly total: number;
}

/** Each row's last answer is asked for, given all that stands before it. Aborting ends it with the signal's reason. */
export async function evaluateRun(options: EvaluateRunOptions): Promise<Evaluation> {
  const { answerers, base, tuned, signal, maxAnswers, onProgress } = options;
  const heldOut = questionsOf(options.heldOut, maxAnswers);
  const regression = questionsOf(options.regression ?? [], maxAnswers);
  const sets = [heldOut, regression].filter((questions) => questions.length > 0);
  const total = 2 * (heldOut.length + regression.length);
  let answered = 0;
  const count = (): void => {
    answered++;
    onProgress?.({ answered, total });
  };

  // One model after the other: both at once would only share the same cores and need the memory of both.
  const given: Map<readonly Question[], string[]>[] = [];
  for (const file of [base, tuned]) {
    signal.throwIfAborted();
    const answers = new Map<readonly Question[], string[]>();
    if (sets.length > 0) {
      await using answerer = await answerers.open(file);
      for (const questions of sets) {
        const asking = { maxTokens: answerLimit(questions), signal, onAnswer: count };
        answers.set(questions, await askQuestions(answerer, questions, asking));
      }
    }
    given.push(answers);
  }

  const scored = (questions: readonly Question[]) => {
    const [byBase = [], byTuned = []] = given.map((answers) => answers.get(questions) ?? []);
    const answers = answeredRows(questions, byBase, byTuned);
    const right = (key: 'base_right' | 'tuned_right'): number => answers.filter((answer) => answer[key]).length;
    return {
      base: scoreOf(right('base_right'), answers.length),
      tuned: scoreOf(right('tuned_right'), answers.length),
      answers,
    };
  };
  return {
    ...(heldOut.length > 0 ? { held_out: scored(heldOut) } : {}),
    ...(regression.length > 0 ? { regression: scored(regression) } : {}),
  };
}

/** Both answers to each question, and whether they are right. */
export function answeredRows(
  questions: readonly Question[],
  byBase: readonly string[],
  byTuned: readonly string[],
): AnsweredRow[] {
  return questions.map(({ question, expected }, index) => {
    const base = byBase[index] ?? '';
    const tuned = byTuned[index] ?? '';
    const [base_right, tuned_right] = [sameAnswer(base, expected), sameAnswer(tuned, expected)];
    return { question, expected, base, tuned, base_right, tuned_right };
  });
}
