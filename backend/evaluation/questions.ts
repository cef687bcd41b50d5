import type { ChatMessage, DatasetRow } from '../contract/dataset.ts';
import type { Answerer } from '../training/ports.ts';

/** A row's last answer, asked for with all that stands before it. */
export interface Question {
  readonly messages: readonly ChatMessage[];
  readonly tools?: DatasetRow['tools'];
  /** As a person reads it. */
  readonly question: string;
  readonly expected: string;
}

/** So many questions are on their way at a time; whoever answers may take them together. */
const inFlight = 16;

/** The first `most`; rows without an answer, or without anything before it, ask nothing. */
export function questionsOf(rows: readonly DatasetRow[], most: number): Question[] {
  const questions: Question[] = [];
  for (const { messages, tools } of rows) {
    if (questions.length >= most) break;
    const at = messages.findLastIndex((message) => message.role === 'assistant');
    // A call is no answer in words; what is learned of it shows in the loss.
    if (at < 1 || messages[at]?.tool_calls) continue;
    const before = messages.slice(0, at);
    const question = before.findLast((message) => message.role === 'user') ?? before.at(-1);
    questions.push({
      messages: before,
      question: question?.content ?? '',
      expected: messages[at]?.content ?? '',
      ...(tools ? { tools } : {}),
    });
  }
  return questions;
}

/** `count` of them, from the whole length of the list, always the same ones. */
export function spread<T>(items: readonly T[], count: number): T[] {
  const wanted = Math.min(count, items.length);
  return Array.from({ length: wanted }, (_, index) => items[Math.floor((index * items.length) / wanted)]!);
}

/**
 * Tokens that an answer may have: as many as the longest expected one has bytes, about twice what it needs, for a token
 * has two bytes or more.
 */
export function answerLimit(questions: readonly Question[], most = 512): number {
  const bytes = questions.map(({ expected }) => Buffer.byteLength(expected));
  return Math.min(most, Math.max(16, ...bytes));
}

export interface Asking {
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  readonly onAnswer?: (() => void) | undefined;
}

/** The answers, in the order of the questions. None is on its way any more when it ends, also where it throws. */
export async function askQuestions(
  answerer: Answerer,
  questions: readonly Question[],
  { maxTokens, signal, onAnswer }: Asking,
): Promise<string[]> {
  const answers: string[] = new Array(questions.length);
  const failed = new AbortController();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < questions.length && !failed.signal.aborted) {
      signal.throwIfAborted();
      const index = next++;
      const text = await answerer.answer(questions[index]!.messages, maxTokens, signal, questions[index]!.tools);
      answers[index] = text.trim();
      onAnswer?.();
    }
  };
  const workers = Array.from({ length: Math.min(inFlight, questions.length) }, () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
    }),
  );
  await Promise.all(workers);
  failed.signal.throwIfAborted();
  return answers;
}
