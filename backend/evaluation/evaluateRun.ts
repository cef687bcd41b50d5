/** Whether tuning helped: base and tuned model answer the same questions, and the right answers are counted. */
import type { ChatMessage, DatasetRow } from '../contract/dataset.ts';
import type { AnsweredRow, Evaluation } from '../contract/run.ts';
import type { Answerers, ModelFile } from '../training/ports.ts';
import { sameAnswer } from './normaliseAnswer.ts';
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

interface Question {
  readonly messages: readonly ChatMessage[];
  readonly question: string;
  readonly expected: string;
}

/** So many questions are on their way at a time; whoever answers may take them together. */
const inFlight = 16;

/**
 * Each row's last answer is asked for, given all that stands before it. An answer may have as many tokens as the
 * longest expected answer of its set has bytes: about twice what it needs, for a token has two bytes or more.
 * Aborting ends it with the signal's reason.
 */
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
        const maxTokens = answerLimit(questions);
        const ask = async ({ messages }: Question): Promise<string> => {
          const text = await answerer.answer(messages, maxTokens, signal);
          count();
          return text.trim();
        };
        answers.set(questions, await mapInFlight(questions, ask, signal));
      }
    }
    given.push(answers);
  }

  const scored = (questions: readonly Question[]) => {
    const answers = questions.map((question, index): AnsweredRow => {
      const [byBase = '', byTuned = ''] = given.map((answers) => answers.get(questions)?.[index]);
      return {
        question: question.question,
        expected: question.expected,
        base: byBase,
        tuned: byTuned,
        base_right: sameAnswer(byBase, question.expected),
        tuned_right: sameAnswer(byTuned, question.expected),
      };
    });
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

/** Rows without an answer, or without anything before it, ask nothing. */
function questionsOf(rows: readonly DatasetRow[], most: number): Question[] {
  const questions: Question[] = [];
  for (const { messages } of rows) {
    if (questions.length >= most) break;
    const at = messages.findLastIndex((message) => message.role === 'assistant');
    if (at < 1) continue;
    const before = messages.slice(0, at);
    const question = before.findLast((message) => message.role === 'user') ?? before.at(-1);
    questions.push({ messages: before, question: question?.content ?? '', expected: messages[at]?.content ?? '' });
  }
  return questions;
}

function answerLimit(questions: readonly Question[]): number {
  const bytes = questions.map(({ expected }) => Buffer.byteLength(expected));
  return Math.min(512, Math.max(16, ...bytes));
}

async function mapInFlight<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  signal: AbortSignal,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const failed = new AbortController();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed.signal.aborted) {
      signal.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  const workers = Array.from({ length: Math.min(inFlight, items.length) }, () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
    }),
  );
  // All must have ended before the answerer is closed, also where one has failed.
  await Promise.all(workers);
  failed.signal.throwIfAborted();
  return results;
}
