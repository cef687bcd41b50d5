import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatMessage, DatasetRow } from '../../../backend/contract/dataset.ts';
import { Evaluation } from '../../../backend/contract/run.ts';
import {
  type EvaluateRunOptions,
  type EvaluationProgress,
  evaluateRun,
} from '../../../backend/evaluation/evaluateRun.ts';
import type { Answerers, ModelFile } from '../../../backend/training/ports.ts';

const base: ModelFile = { path: 'base.gguf', hash: 'sha256:base' };
const tuned: ModelFile = { ...base, adapterPath: 'adapter.gguf' };
const pair = (question: string, answer: string): DatasetRow => ({
  messages: [
    { role: 'user', content: question },
    { role: 'assistant', content: answer },
  ],
});

type Say = (
  messages: readonly ChatMessage[],
  file: ModelFile,
  maxTokens: number,
  signal: AbortSignal,
) => string | Promise<string>;

/** Answerers that say what they are told to, and that count how many are open. */
function answerersThat(say: Say) {
  const seen = { open: 0, mostOpen: 0, opened: [] as ModelFile[], atOnce: 0, mostAtOnce: 0 };
  const answerers: Answerers = {
    async open(file) {
      seen.opened.push(file);
      seen.mostOpen = Math.max(seen.mostOpen, ++seen.open);
      return {
        async answer(messages, maxTokens, signal) {
          seen.mostAtOnce = Math.max(seen.mostAtOnce, ++seen.atOnce);
          try {
            await new Promise((resolve) => setImmediate(resolve));
            return await say(messages, file, maxTokens, signal);
          } finally {
            seen.atOnce--;
          }
        },
        async [Symbol.asyncDispose]() {
          seen.open--;
        },
      };
    },
  };
  return { answerers, seen };
}

function options(answerers: Answerers, more: Partial<EvaluateRunOptions> = {}): EvaluateRunOptions {
  const signal = new AbortController().signal;
  return { answerers, base, tuned, heldOut: [], maxAnswers: 200, signal, ...more };
}

test('both models answer every row, and the right ones are counted', async () => {
  const { answerers, seen } = answerersThat((messages, file) => {
    const question = messages.at(-1)?.content ?? '';
    if (file.adapterPath === undefined) return question === 'old' ? ' Known. ' : 'I do not know';
    return question === 'old' ? 'Forgotten' : ` answer to ${question}\n`;
  });
  const progress: EvaluationProgress[] = [];
  const evaluation = await evaluateRun(
    options(answerers, {
      heldOut: [pair('a', 'Answer to A.'), pair('b', 'answer to b'), pair('c', 'something else')],
      regression: [pair('old', 'known')],
      onProgress: (told) => progress.push(told),
    }),
  );
  assert.deepEqual(Evaluation.parse(evaluation), evaluation);
  assert.equal(evaluation.held_out?.base.right, 0);
  assert.equal(evaluation.held_out?.tuned.right, 2);
  assert.equal(evaluation.held_out?.tuned.total, 3);
  assert.deepEqual(evaluation.held_out?.answers[0], {
    question: 'a',
    expected: 'Answer to A.',
    base: 'I do not know',
    tuned: 'answer to a',
    base_right: false,
    tuned_right: true,
  });
  assert.equal(evaluation.regression?.base.share, 1);
  assert.equal(evaluation.regression?.tuned.share, 0);
  assert.deepEqual(progress.at(-1), { answered: 8, total: 8 });
  assert.deepEqual(
    progress.map(({ answered }) => answered),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.deepEqual(seen.opened, [base, tuned]);
  assert.deepEqual([seen.open, seen.mostOpen], [0, 1]);
});

test('the last answer of a conversation is asked for, with all that stands before it', async () => {
  const asked: (readonly ChatMessage[])[] = [];
  const { answerers } = answerersThat((messages) => {
    asked.push(messages);
    return '';
  });
  const messages: ChatMessage[] = [
    { role: 'system', content: 'Be kind.' },
    { role: 'user', content: 'first' },
    { role: 'assistant', content: 'one' },
    { role: 'user', content: 'second' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: 'left open' },
  ];
  const nothing: DatasetRow[] = [
    { messages: [{ role: 'user', content: 'x' }] },
    { messages: [{ role: 'assistant', content: 'x' }] },
  ];
  const evaluation = await evaluateRun(options(answerers, { heldOut: [{ messages }, ...nothing] }));
  assert.deepEqual(asked, [messages.slice(0, 4), messages.slice(0, 4)]);
  assert.equal(evaluation.held_out?.answers.length, 1);
  assert.equal(evaluation.held_out?.answers[0]?.question, 'second');
  assert.equal(evaluation.held_out?.answers[0]?.expected, 'two');
  assert.equal(evaluation.regression, undefined);
});

test('answers get room for the longest that is expected, and no more than is sensible', async () => {
  const check = async (rows: readonly DatasetRow[], wanted: number) => {
    const limits = new Set<number>();
    const { answerers } = answerersThat((_messages, _file, maxTokens) => {
      limits.add(maxTokens);
      return '';
    });
    await evaluateRun(options(answerers, { heldOut: rows }));
    assert.deepEqual([...limits], [wanted]);
  };
  await check([pair('a', 'x'), pair('b', 'y')], 16);
  await check([pair('a', 'x'.repeat(40)), pair('b', 'y')], 40);
  await check([pair('a', '日'.repeat(10))], 30);
  await check([pair('a', 'x'.repeat(5000))], 512);
});

test('at most so many rows are answered, several at a time', async () => {
  const { answerers, seen } = answerersThat(() => 'x');
  const rows = Array.from({ length: 50 }, (_, index) => pair(String(index), 'x'));
  const evaluation = await evaluateRun(options(answerers, { heldOut: rows, maxAnswers: 40 }));
  assert.deepEqual(
    evaluation.held_out?.answers.map(({ question }) => question),
    rows.slice(0, 40).map((_, index) => String(index)),
  );
  assert.ok(seen.mostAtOnce > 1 && seen.mostAtOnce <= 16);
  assert.deepEqual(await evaluateRun(options(answerers)), {});
});

test('what goes wrong, and what is given up, ends it with everything closed', async () => {
  const broken = answerersThat((messages) => {
    if (messages[0]?.content === '3') throw new Error('out of order');
    return 'x';
  });
  const rows = Array.from({ length: 60 }, (_, index) => pair(String(index), 'x'));
  await assert.rejects(evaluateRun(options(broken.answerers, { heldOut: rows })), /out of order/);
  assert.deepEqual([broken.seen.open, broken.seen.atOnce, broken.seen.opened.length], [0, 0, 1]);

  const controller = new AbortController();
  const reason = new Error('given up');
  let answered = 0;
  const stopped = answerersThat((_messages, _file, _maxTokens, signal) => {
    if (++answered === 20) controller.abort(reason);
    signal.throwIfAborted();
    return 'x';
  });
  await assert.rejects(evaluateRun(options(stopped.answerers, { heldOut: rows, signal: controller.signal })), reason);
  assert.deepEqual([stopped.seen.open, stopped.seen.atOnce, stopped.seen.opened.length], [0, 0, 1]);
});
