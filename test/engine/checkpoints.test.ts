/** What stays of a run on the way: kept checkpoints, results from them, runs that go on from them, and samples. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { EngineEvent, Schedule, TrainRequest } from '../../native/contract/messages.ts';
import { eventsOf, runEngine, startEngine, trainRequest } from '../support/engineProcess.ts';
import { randomRows } from '../support/openTraining.ts';
import { tinyLlama, writeRandomModel } from '../support/randomModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { writeTokenRows } from '../support/tokenRows.ts';

function setUp(context: TestContext) {
  const folder = tempDir(context);
  const paths = { base: join(folder, 'm.gguf'), train: join(folder, 't.tok'), heldOut: join(folder, 'h.tok') };
  writeRandomModel(paths.base, tinyLlama);
  const rows = randomRows([20, 11, 16, 9, 14, 13, 8, 10], tinyLlama.vocabulary);
  writeTokenRows(paths.train, rows.slice(0, 6));
  writeTokenRows(paths.heldOut, rows.slice(6));
  return (name: string, schedule: Partial<Schedule>, method?: TrainRequest['method']): TrainRequest => {
    const run = join(folder, name);
    mkdirSync(run, { recursive: true });
    return trainRequest({ ...paths, run }, { schedule, resume: true, ...(method ? { method } : {}) });
  };
}

type Exported = Extract<EngineEvent, { type: 'exported' }>;

const keptIn = (run: string) =>
  readdirSync(join(run, 'checkpoints'))
    .map(Number)
    .sort((a, b) => a - b);

/** Small matrices are enough, and no batch is the same as the next, so that the held-out loss goes up and down. */
const schedule: Partial<Schedule> = { steps: 12, evaluateEvery: 2, checkpointEvery: 2, keepCheckpoints: 2 };

test('the newest checkpoints and the best one are kept, as a crash leaves them too', async (context) => {
  const request = setUp(context);
  // A rate at which a random model only gets worse after its first steps.
  const asked = request('kept', { ...schedule, learningRate: 0.5, scheduler: 'constant' });
  const events = await runEngine(asked);
  const losses = eventsOf(events, 'heldOut').filter(({ step }) => step > 0);
  const best = losses.reduce((low, next) => (next.loss < low.loss ? next : low)).step;
  assert.deepEqual(
    keptIn(asked.runDirectory),
    [...new Set([best, 10, 12])].sort((a, b) => a - b),
  );
  assert.ok(best < 10, `the best is an old one: ${best}`);

  const killed = request('killed', schedule);
  const part = startEngine(killed, (event, { child }) => {
    if (event.type === 'checkpoint' && event.step === 6) child.kill('SIGKILL');
  });
  await part.ended;
  await runEngine(killed);
  assert.deepEqual(
    keptIn(killed.runDirectory).filter((step) => step > 8),
    [10, 12],
  );
  assert.deepEqual(
    readdirSync(join(killed.runDirectory, 'checkpoints')).filter((name) => !/^\d+$/.test(name)),
    [],
  );
});

const methods: readonly (readonly [string, TrainRequest['method'] | undefined, string])[] = [
  ['adapter', undefined, 'adapter.gguf'],
  ['whole model', { kind: 'full', outputType: 'Q8_0' }, 'model.gguf'],
];
for (const [what, method, file] of methods) {
  test(`a checkpoint gives the ${what} that the run itself has at that step`, async (context) => {
    const request = setUp(context);
    const asked = request('run', schedule, method);
    const [trained] = eventsOf(await runEngine(asked), 'trained');
    const { protocolVersion, basePath, baseHash, method: how, schedule: plan, metadata, runDirectory } = asked;
    const order = {
      type: 'export',
      protocolVersion,
      basePath,
      baseHash,
      method: how,
      schedule: plan,
      metadata,
    } as const;
    const results = async (step: number) => {
      const outputDirectory = join(runDirectory, `out-${step}`);
      mkdirSync(outputDirectory);
      const checkpointPath = join(runDirectory, 'checkpoints', String(step));
      const [exported] = eventsOf(await runEngine({ ...order, checkpointPath, outputDirectory }), 'exported');
      assert.equal(exported?.step, step);
      return exported;
    };
    const pathOf = ({ adapterPath, modelPath }: Pick<Exported, 'adapterPath' | 'modelPath'>) =>
      readFileSync(adapterPath ?? modelPath!);
    const last = await results(12);
    assert.deepEqual(pathOf(last), pathOf(trained!));
    assert.deepEqual(existsSync(join(runDirectory, 'out-12', file)), true);
    assert.notDeepEqual(pathOf(await results(10)), pathOf(trained!));
    if (trained?.peftPath) {
      const weights = 'adapter_model.safetensors';
      assert.deepEqual(readFileSync(join(last.peftPath!, weights)), readFileSync(join(trained.peftPath, weights)));
    }
    const failed = await runEngine({
      ...order,
      checkpointPath: join(runDirectory, 'nothing'),
      outputDirectory: runDirectory,
    });
    const end = failed.at(-1);
    assert.ok(end?.type === 'failed' && end.code === 'checkpoint_mismatch', JSON.stringify(end));
  });
}

test('another run goes on from a checkpoint, with its own schedule where it may adopt it', async (context) => {
  const request = setUp(context);
  const first = request('first', { ...schedule, keepCheckpoints: 6 });
  const whole = await runEngine(first);
  const from = (name: string, changes: Partial<Schedule>) => {
    const asked = request(name, { ...schedule, ...changes });
    cpSync(join(first.runDirectory, 'checkpoints', '6'), join(asked.runDirectory, 'checkpoint'), { recursive: true });
    return { ...asked, knownStep: 0 };
  };
  const same = await runEngine(from('same', {}));
  const numbers = (events: typeof whole) => eventsOf(events, 'step').map(({ step, loss }) => [step, loss]);
  assert.deepEqual(numbers(same), numbers(whole));
  assert.deepEqual(eventsOf(same, 'heldOut'), eventsOf(whole, 'heldOut'));

  const refused = (await runEngine(from('refused', { steps: 20 }))).at(-1);
  assert.ok(refused?.type === 'failed' && refused.code === 'checkpoint_mismatch', JSON.stringify(refused));
  const adopted = await runEngine({ ...from('adopted', { steps: 20 }), adopt: true });
  assert.equal(eventsOf(adopted, 'ready')[0]?.firstStep, 7);
  assert.equal(eventsOf(adopted, 'step').length, 20);
  // It goes on from its own checkpoints as any other.
  const own = await runEngine(request('adopted', { ...schedule, steps: 20 }));
  assert.equal(eventsOf(own, 'ready')[0]?.firstStep, 21);

  const other = from('other', {});
  const method = { kind: 'lora', rank: 2, alpha: 8, dropout: 0, targets: ['q'] } as const;
  const unfit = (await runEngine({ ...other, adopt: true, method: { ...method, targets: ['q'] } })).at(-1);
  assert.ok(unfit?.type === 'failed' && unfit.code === 'checkpoint_mismatch', JSON.stringify(unfit));
});

test('after every held-out loss the model can be asked, and asking changes no number', async (context) => {
  const request = setUp(context);
  const plain = await runEngine(request('plain', schedule));
  const asked = { ...request('asked', schedule), samples: true };
  const seen: [step: number, there: boolean][] = [];
  const engine = startEngine(asked, (event, { child }) => {
    if (event.type !== 'sample') return;
    seen.push([event.step, event.adapterPath !== undefined && existsSync(event.adapterPath)]);
    // A backend that has more important things to do.
    setTimeout(() => child.stdin?.write('{"type":"goOn"}\n'), 20);
  });
  assert.equal(await engine.ended, 0, engine.stderr());
  assert.deepEqual(seen, [[0, false], ...[2, 4, 6, 8, 10, 12].map((step) => [step, true] as [number, boolean])]);
  const losses = (events: typeof plain) =>
    eventsOf(events, 'step').map(({ loss, gradientNorm }) => [loss, gradientNorm]);
  assert.deepEqual(losses(engine.events), losses(plain));
  assert.deepEqual(existsSync(join(asked.runDirectory, 'sample')), false);

  // Killed while it was asked, it goes on as if nothing had happened.
  const killed = { ...request('killed', schedule), samples: true };
  const dying = startEngine(killed, (event, { child }) => {
    if (event.type !== 'sample') return;
    if (event.step === 6) child.kill('SIGKILL');
    else child.stdin?.write('{"type":"goOn"}\n');
  });
  await dying.ended;
  const rest = startEngine(killed, (event, { child }) => {
    if (event.type === 'sample') child.stdin?.write('{"type":"goOn"}\n');
  });
  assert.equal(await rest.ended, 0, rest.stderr());
  assert.deepEqual(losses([...dying.events, ...rest.events]), losses(plain));

  // What was learned since the last checkpoint is not lost to a stop that comes while the model is asked.
  const rarely = { ...schedule, checkpointEvery: 0 };
  const stopped = startEngine({ ...request('stopped', rarely), samples: true }, (event, { child }) => {
    if (event.type === 'sample') child.stdin?.write(event.step === 4 ? '{"type":"stop"}\n' : '{"type":"goOn"}\n');
  });
  assert.equal(await stopped.ended, 0, stopped.stderr());
  assert.deepEqual(stopped.events.at(-1), { type: 'stopped', step: 4 });
  const again = startEngine({ ...request('stopped', rarely), samples: true }, (event, { child }) => {
    if (event.type === 'sample') child.stdin?.write('{"type":"goOn"}\n');
  });
  assert.equal(await again.ended, 0, again.stderr());
  assert.deepEqual(
    eventsOf(again.events, 'sample').map(({ step }) => step),
    [4, 6, 8, 10, 12],
    'what was not sampled is sampled by the process that goes on',
  );
});
