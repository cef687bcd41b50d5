/** A run that was stopped, killed or out of disk goes on as if nothing had happened, to the last bit. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { EngineEvent, Schedule, TrainRequest } from '../../native/contract/messages.ts';
import { random } from '../../native/train/random.ts';
import { eventsOf, runEngine, startEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { tinyLlama, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

/** Dropout, accumulation, and 24 steps of 6 rows over 11: thirteen rounds, whose ends fall inside micro-batches. */
const schedule: Partial<Schedule> = {
  ...{ steps: 24, batchSize: 3, gradientAccumulation: 2, seed: 20_261_121 },
  ...{ evaluateEvery: 5, checkpointEvery: 3, weightDecay: 0.01, scheduler: 'cosine' },
};
const method: TrainRequest['method'] = {
  ...{ kind: 'lora', rank: 4, alpha: 8, dropout: 0.2 },
  targets: ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'head'],
};

interface Setting {
  readonly folder: string;
  readonly request: (run: string, changes?: Partial<Schedule>) => TrainRequest;
}

function setUp(context: TestContext): Setting {
  const folder = tempDir(context);
  const paths = { base: join(folder, 'm.gguf'), train: join(folder, 't.tok'), heldOut: join(folder, 'h.tok') };
  writeRandomModel(paths.base, { ...tinyLlama, type: 'Q8_0' });
  const rows = randomRows([20, 11, 16, 9, 14, 13, 5, 7, 25, 8, 12, 9, 10], 80);
  writeTokenRows(paths.train, rows.slice(0, 11));
  writeTokenRows(paths.heldOut, rows.slice(11));
  const request = (run: string, changes: Partial<Schedule> = {}): TrainRequest => {
    mkdirSync(run, { recursive: true });
    return trainRequest({ ...paths, run }, { method, schedule: { ...schedule, ...changes }, resume: true });
  };
  return { folder, request };
}

/** What must be the same: the numbers of every step, and every byte of checkpoint and results. */
function outcome(events: readonly EngineEvent[], run: string) {
  assert.equal(events.at(-1)?.type, 'trained', JSON.stringify(events.at(-1)));
  const files = [
    'checkpoint/parameters.bin',
    'checkpoint/state.json',
    'adapter.gguf',
    'peft/adapter_model.safetensors',
  ];
  return {
    steps: new Map(
      eventsOf(events, 'step').map(({ step, loss, gradientNorm, learningRate, tokens, answerTokens }) => {
        return [step, { loss, gradientNorm, learningRate, tokens, answerTokens }] as const;
      }),
    ),
    heldOut: new Map(eventsOf(events, 'heldOut').map(({ step, loss }) => [step, loss] as const)),
    files: files.map((file) => readFileSync(join(run, file)).toString('base64')),
  };
}

test('a run that is stopped again and again ends as one that never was', async (context) => {
  const { folder, request } = setUp(context);
  const whole = join(folder, 'whole');
  const expected = outcome(await runEngine(request(whole)), whole);
  assert.equal(expected.steps.size, 24);
  assert.deepEqual([...expected.heldOut.keys()], [0, 5, 10, 15, 20, 24]);

  const run = join(folder, 'stopped');
  const events: EngineEvent[] = [];
  let stopped = 0;
  // On a busy machine the word to stop may come late, so the run is told until it has ended.
  for (let last: (EngineEvent & { type: 'stopped' | 'trained' }) | undefined; last?.type !== 'trained'; ) {
    const after = (last?.step ?? 0) + 1 + stopped;
    const part = startEngine(request(run), (event, { child }) => {
      if (event.type === 'step' && event.step === after) child.stdin?.write('{"type":"stop"}\n');
    });
    assert.equal(await part.ended, 0, part.stderr());
    const end = part.events.at(-1);
    assert.ok(end?.type === 'stopped' || end?.type === 'trained', JSON.stringify(end));
    if (end.type === 'stopped') {
      stopped += 1;
      assert.ok(end.step >= after);
      assert.equal(eventsOf(part.events, 'checkpoint').at(-1)?.step, end.step);
    }
    events.push(...part.events);
    last = end;
  }
  assert.ok(stopped >= 1);
  assert.deepEqual(outcome(events, run), expected);
  // Each step was computed once.
  assert.equal(eventsOf(events, 'step').length, 24);
});

test('a run that is killed again and again ends as one that never was', async (context) => {
  const { folder, request } = setUp(context);
  const whole = join(folder, 'whole');
  const expected = outcome(await runEngine(request(whole)), whole);
  const seed = Date.now() % 2 ** 32;
  context.diagnostic(`kills by seed ${seed}`);
  const draw = random(seed);
  const run = join(folder, 'killed');
  const events: EngineEvent[] = [];
  for (let kills = 0; kills < 8; kills++) {
    // Any event: while it loads, between steps, while it writes a checkpoint or the results.
    let left = 1 + Math.floor(draw() * 14);
    const part = startEngine(request(run), (_, { child }) => {
      if (--left === 0) child.kill('SIGKILL');
    });
    await part.ended;
    assert.notEqual(part.events.at(-1)?.type, 'failed', part.stderr());
    events.push(...part.events);
  }
  const rest = await runEngine(request(run));
  assert.deepEqual(outcome([...events, ...rest], run), expected);
  assert.deepEqual(
    readdirSync(run).filter((name) => /writing|old/.test(name)),
    [],
  );
});

test('another seed is another run', async (context) => {
  const { folder, request } = setUp(context);
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  const [first, second] = [
    await runEngine(request(one, { steps: 4 })),
    await runEngine(request(two, { steps: 4, seed: 5 })),
  ];
  const [a, b] = [outcome(first, one), outcome(second, two)];
  assert.notDeepEqual(a.steps, b.steps);
  assert.notDeepEqual(a.files, b.files);
  assert.equal(a.heldOut.get(0), b.heldOut.get(0), 'before the first step both are the base');
});

/** The checkpoint of a run that was stopped; nothing of it may change when it is refused. */
async function refused(context: TestContext, damage: (checkpoint: string) => void, changes: Partial<Schedule> = {}) {
  const { folder, request: short } = setUp(context);
  const run = join(folder, 'run');
  // So many steps that the word to stop comes before the last.
  const request = (more: Partial<Schedule> = {}) => short(run, { steps: 5000, ...more });
  const part = startEngine(request(), (event, { child }) => {
    if (event.type === 'ready') child.stdin?.write('{"type":"stop"}\n');
  });
  assert.equal(await part.ended, 0, part.stderr());
  const checkpoint = join(run, 'checkpoint');
  damage(checkpoint);
  const before = readdirSync(checkpoint).map((name) => readFileSync(join(checkpoint, name)).toString('base64'));
  const last = (await runEngine(request(changes))).at(-1);
  const after = readdirSync(checkpoint).map((name) => readFileSync(join(checkpoint, name)).toString('base64'));
  assert.deepEqual(after, before);
  assert.equal(existsSync(join(run, 'adapter.gguf')), false);
  assert.equal(last?.type, 'failed');
  return last as EngineEvent & { type: 'failed' };
}

const damages: readonly {
  name: string;
  damage?: (checkpoint: string) => void;
  changes?: Partial<Schedule>;
  reason: string;
}[] = [
  {
    name: 'another learning rate',
    changes: { learningRate: 1e-3 },
    reason: 'it was made with another base, data set or recipe',
  },
  { name: 'another seed', changes: { seed: 1 }, reason: 'it was made with another base, data set or recipe' },
  {
    name: 'parameters cut off',
    damage: (checkpoint) => truncateSync(join(checkpoint, 'parameters.bin'), 4000),
    reason: 'its parameters.bin is damaged',
  },
  {
    name: 'state that is no JSON',
    damage: (checkpoint) => writeFileSync(join(checkpoint, 'state.json'), '{"version":1,'),
    reason: 'its state.json is damaged',
  },
  {
    name: 'state of another shape',
    damage: (checkpoint) => writeFileSync(join(checkpoint, 'state.json'), '{"version":2}'),
    reason: 'its state.json is damaged',
  },
];

for (const { name, damage = () => undefined, changes, reason } of damages) {
  test(`a checkpoint is refused by name and left as it is: ${name}`, async (context) => {
    const { code, details } = await refused(context, damage, changes);
    assert.equal(code, 'checkpoint_mismatch');
    assert.equal(details.reason, reason);
    assert.match(String(details.reason_ja), /\p{Script=Hiragana}/u);
    assert.match(String(details.path), /checkpoint$/);
  });
}

test('what does not decide the numbers may change between parts of a run', async (context) => {
  const { folder, request } = setUp(context);
  const run = join(folder, 'run');
  const part = startEngine(request(run), (event, { child }) => {
    if (event.type === 'step') child.stdin?.write('{"type":"stop"}\n');
  });
  assert.equal(await part.ended, 0);
  const events = await runEngine(request(run, { checkpointEvery: 1, evaluateEvery: 0 }));
  assert.equal(events.at(-1)?.type, 'trained');
});

test('the disk is full in the middle of a checkpoint', async (context) => {
  const { folder, request } = setUp(context);
  const run = join(folder, 'small');
  mkdirSync(run);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=640k', 'tmpfs', run], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    const why = `a small disk cannot be mounted here: ${mounted.stderr ?? mounted.error?.message}`.trim();
    console.error(`SKIPPED: ${why}`);
    context.skip(why);
    return;
  }
  try {
    const whole = join(folder, 'whole');
    const expected = outcome(await runEngine(request(whole)), whole);
    const checkpointBytes = statSync(join(whole, 'checkpoint/parameters.bin')).size;
    assert.ok(checkpointBytes < 600 * 1024 && checkpointBytes * 2 > 640 * 1024, 'there is room for one, not for two');
    const first = await runEngine(request(run));
    const failed = first.at(-1);
    assert.ok(failed?.type === 'failed' && failed.code === 'disk_full', JSON.stringify(failed));
    assert.match(String(failed.details.path), /checkpoint$/);
    // The checkpoint before is whole, and nothing of the new one is left.
    assert.deepEqual(readdirSync(run), ['checkpoint']);
    assert.deepEqual(readdirSync(join(run, 'checkpoint')).sort(), ['history.json', 'parameters.bin', 'state.json']);
    const { step } = JSON.parse(readFileSync(join(run, 'checkpoint/state.json'), 'utf8')) as { step: number };
    assert.equal(step, eventsOf(first, 'checkpoint').at(-1)?.step);
    assert.equal(spawnSync('mount', ['-o', 'remount,size=16m', run]).status, 0);
    const rest = await runEngine(request(run));
    assert.equal(eventsOf(rest, 'ready')[0]?.firstStep, step + 1);
    assert.deepEqual(
      outcome(
        [...first, ...rest].filter((event) => event.type !== 'failed'),
        run,
      ),
      expected,
    );
  } finally {
    spawnSync('umount', [run]);
  }
});

test('the process ends at once when nobody listens any more', async (context) => {
  const { folder, request } = setUp(context);
  const run = startEngine(request(join(folder, 'run'), { steps: 100_000 }), (event, { child }) => {
    if (event.type === 'step' && event.step === 3) child.stdin?.end();
  });
  assert.equal(await run.ended, 3);
  assert.ok(eventsOf(run.events, 'step').length < 50_000);
  assert.equal(
    run.events.some((event) => event.type === 'failed' || event.type === 'trained'),
    false,
  );
});
