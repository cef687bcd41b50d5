import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../../backend/contract/run.ts';
import type { RunJournal } from '../../../backend/jobs/runJournal.ts';
import type { ModelFile } from '../../../backend/training/ports.ts';
import { RunSamples, samplesOf } from '../../../backend/training/runSamples.ts';
import type { NewRunEvent, RunStore, StoredRunEvent } from '../../../backend/training/runStore.ts';

const question = { messages: [{ role: 'user', content: 'Q?' }], question: 'Q?', expected: 'A' } as const;
const at = '2026-11-21T00:00:00.000Z';

/** A run whose models say what `say` says, and all that was stored of it. */
function setUp(say: (file: ModelFile) => string | Promise<string>, bytes = 1) {
  const events: StoredRunEvent[] = [];
  const asked: ModelFile[] = [];
  let open = 0;
  const journal = {
    change: (_id: string, _change: object, ...added: NewRunEvent[]) => {
      for (const event of added) events.push({ id: events.length + 1, at, ...event } as StoredRunEvent);
    },
  } as unknown as RunJournal;
  const stop = new AbortController();
  const samples = new RunSamples({
    environment: {
      store: {
        eventsOfTypes: (_id, types) => events.filter(({ type }) => types.includes(type)),
      } as Partial<RunStore> as RunStore,
      journal,
      answerers: {
        async open(file) {
          asked.push(file);
          open++;
          return { answer: async () => say(file), [Symbol.asyncDispose]: async () => void open-- };
        },
      },
      log: { write: () => {} },
    },
    runId: 'run_1',
    base: { path: 'base.gguf', hash: 'sha256:base', bytes },
    questions: async () => [question],
    signal: stop.signal,
  });
  const told = () => events.flatMap((event) => (event.type === 'samples' ? [[event.step, event.left_out]] : []));
  return { samples, events, asked, told, stop, openNow: () => open };
}

const sample = (step: number) =>
  ({ type: 'sample', step, ...(step > 0 ? { adapterPath: `${step}.gguf` } : {}) }) as const;

test('the base is asked once, the model each time, and a step only once', async () => {
  const { samples, asked, events, openNow } = setUp(({ adapterPath }) => (adapterPath ? ' A ' : 'B'));
  await samples.take(sample(0));
  await samples.take(sample(4));
  await samples.take(sample(4));
  assert.deepEqual(
    asked.map(({ path, adapterPath }) => adapterPath ?? path),
    ['base.gguf', '4.gguf'],
  );
  const answer = { question: 'Q?', expected: 'A', base: 'B', base_right: false };
  assert.deepEqual(samplesOf(events), [
    { step: 0, answers: [{ ...answer, tuned: 'B', tuned_right: false }], left_out: null },
    { step: 4, answers: [{ ...answer, tuned: 'A', tuned_right: true }], left_out: null },
  ]);
  assert.equal(openNow(), 0);
});

test('what goes wrong is told and does not end the run, and the next time may work', async () => {
  let isBroken = true;
  const { samples, told, openNow } = setUp(() => {
    if (isBroken) throw new Error('the model cannot be asked');
    return 'A';
  });
  await samples.take(sample(0));
  isBroken = false;
  await samples.take(sample(2));
  assert.deepEqual(told(), [
    [0, 'failed'],
    [2, null],
  ]);
  assert.equal(openNow(), 0);
});

test('a base that does not fit into memory once more is not loaded', async () => {
  const { samples, told, asked } = setUp(() => 'A', 1e15);
  await samples.take(sample(0));
  assert.deepEqual([told(), asked], [[[0, 'memory']], []]);
});

test('a run that is stopped meanwhile is told nothing, and is asked again by whoever goes on', async () => {
  const { samples, told, stop, openNow } = setUp(async () => {
    stop.abort(new Error('stopped'));
    throw stop.signal.reason;
  });
  await samples.take(sample(0));
  assert.deepEqual([told(), openNow()], [[], 0]);
});

test('steps that are made again replace what was answered there', () => {
  const answered = (id: number, step: number, left_out: 'time' | null): StoredRunEvent => {
    return { id, at, type: 'samples', step, answers: [], left_out };
  };
  const ready = { id: 4, at, type: 'ready', first_step: 5 } as Extract<RunEvent, { type: 'ready' }>;
  const events = [answered(1, 0, null), answered(2, 4, null), answered(3, 8, null), ready, answered(5, 6, 'time')];
  assert.deepEqual(
    samplesOf(events).map(({ step, left_out }) => [step, left_out]),
    [
      [0, null],
      [4, null],
      [6, 'time'],
    ],
  );
});
