import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackendError } from '../../backend/client/backendError.ts';
import type { RecipeInput } from '../../backend/contract/recipe.ts';
import type { Run, RunEvent } from '../../backend/contract/run.ts';
import { fakeLoss } from '../support/fakeLoss.ts';
import { assertGolden } from '../support/golden.ts';
import {
  basicRecipe,
  eventsUntil,
  importBasics,
  importRows,
  pair,
  pairs,
  type TestBackend,
  testBackend,
  tutorialBase,
} from '../support/testBackend.ts';

const isStep = (step: number) => (event: RunEvent) => event.type === 'step' && event.step === step;
const states = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.type === 'state' ? [event.state] : []));

async function started(t: TestContext, script: Parameters<TestBackend['script']>[0] = {}): Promise<TestBackend> {
  const backend = await testBackend(t, script);
  await importBasics(backend);
  return backend;
}

const create = ({ client }: TestBackend, recipe: RecipeInput = basicRecipe()) =>
  client.call('createRun', { body: { recipe } });
const read = ({ client }: TestBackend, id: string) => client.call('readRun', { params: { id } });

async function refuses(work: Promise<unknown>, code: string): Promise<BackendError> {
  const error = await work.then(
    () => assert.fail(`${code} was expected`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BackendError, String(error));
  assert.equal(error.body.code, code, error.message);
  return error;
}

/** Event numbers are 1, 2, 3, …: nothing is lost and nothing comes twice. */
function assertWhole(events: readonly RunEvent[]): void {
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_, index) => index + 1),
  );
}

test('a run from its recipe to its adapter', async (t) => {
  const backend = await started(t);
  const { client, directory } = backend;
  const run = await create(backend);
  const events = await eventsUntil(client, run.id);
  assertWhole(events);
  // How often it is told how far the rows are depends on how fast they are read.
  const told = events.filter(({ type }) => type !== 'phase').map(({ id: _, ...event }) => event);
  const done = await read(backend, run.id);
  const { adapters } = await client.call('listAdapters');
  const { last_event, ...metrics } = await client.call('runMetrics', { params: { id: run.id } });
  assert.equal(last_event, events.at(-1)?.id);
  assertGolden('api/run.golden.json', { created: run, events: told, done, adapters, metrics }, { home: directory });
  assert.ok(existsSync(adapters[0]!.path) && existsSync(join(adapters[0]!.peft_path!, 'adapter_config.json')));
});

test('a stream can be taken up anywhere', async (t) => {
  const backend = await started(t);
  const run = await create(backend);
  const all = await eventsUntil(backend.client, run.id);
  for (let after = 0; after <= all.length; after++) {
    const rest = await eventsUntil(backend.client, run.id, undefined, after);
    assert.deepEqual(rest, all.slice(after));
  }
});

test('readers who join at any time see every event once', async (t) => {
  const backend = await started(t, { stepTime: 5 });
  const run = await create(backend, basicRecipe({ training: { steps: 60 } }));
  const readers: Promise<RunEvent[]>[] = [];
  for await (const event of backend.client.runEvents(run.id)) {
    if (event.id % 9 === 0) readers.push(eventsUntil(backend.client, run.id));
  }
  const seen = await Promise.all(readers);
  assert.ok(seen.length > 5);
  for (const events of seen) {
    assertWhole(events);
    assert.deepEqual(events, seen[0]);
  }
});

test('runs wait for the device and are told their place', async (t) => {
  const backend = await started(t, { stepTime: 30 });
  const { client } = backend;
  const recipe = basicRecipe({ training: { steps: 8 } });
  const runs = [await create(backend, recipe), await create(backend, recipe), await create(backend, recipe)];
  const [first, second, third] = runs as [Run, Run, Run];
  assert.deepEqual([first.state, second.queue_place, third.queue_place], ['running', 1, 2]);
  assert.deepEqual(
    runs.map(({ name }) => name),
    ['pairs-base', 'pairs-base-2', 'pairs-base-3'],
  );

  await refuses(client.call('preflightRun', { body: { recipe } }), 'engine_busy');
  assert.equal((await client.call('cancelRun', { params: { id: second.id } })).state, 'cancelled');
  assert.equal((await read(backend, third.id)).queue_place, 1);
  await refuses(client.call('cancelRun', { params: { id: second.id } }), 'run_not_running');

  const told = (await eventsUntil(client, third.id)).flatMap((event) =>
    event.type === 'state' ? [[event.state, event.queue_place]] : [],
  );
  assert.deepEqual(told, [
    ['queued', 2],
    ['queued', 1],
    ['running', null],
    ['succeeded', null],
  ]);
  const ends = await Promise.all([first, third].map(({ id }) => read(backend, id)));
  assert.ok(ends[0]!.ended_at! <= ends[1]!.started_at!, 'the third began before the first had ended');
});

test('two runs on one data set both keep their results', async (t) => {
  const backend = await started(t);
  const [one, other] = [await create(backend), await create(backend, basicRecipe({ seed: 7 }))];
  await Promise.all([one, other].map(({ id }) => eventsUntil(backend.client, id)));
  const { adapters } = await backend.client.call('listAdapters');
  assert.deepEqual(new Set(adapters.map(({ run_id }) => run_id)), new Set([one.id, other.id]));
});

for (const how of ['pauseRun', 'cancelRun'] as const) {
  test(`${how} keeps a checkpoint from which the run goes on`, async (t) => {
    // Long enough that a word to stop comes before the end on a busy machine, too.
    const backend = await started(t, { stepTime: 300 });
    const { client } = backend;
    const run = await create(backend, basicRecipe({ training: { steps: 12, checkpoint_every: 0 } }));
    await eventsUntil(client, run.id, isStep(3));
    const stopped = await client.call(how, { params: { id: run.id } });
    assert.equal(stopped.state, how === 'pauseRun' ? 'paused' : 'cancelled');
    assert.equal(stopped.checkpoint_step, stopped.step);
    assert.ok(stopped.step >= 3 && stopped.step < 12);
    const before = await eventsUntil(client, run.id);
    assert.equal(before.at(-1)!.type, 'state');

    backend.script({ stepTime: 1 });
    await client.call('resumeRun', { params: { id: run.id } });
    const events = await eventsUntil(client, run.id);
    assertWhole(events);
    assert.deepEqual(states(events), ['queued', 'running', stopped.state, 'queued', 'running', 'succeeded']);
    const steps = events.flatMap((event) => (event.type === 'step' ? [event.step] : []));
    assert.deepEqual(
      steps,
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    await refuses(client.call('resumeRun', { params: { id: run.id } }), 'run_not_resumable');
  });
}

test('an engine that dies fails the run, which goes on from its last checkpoint', async (t) => {
  const backend = await started(t, { crashBefore: 6 });
  const { client } = backend;
  const run = await create(backend, basicRecipe({ training: { steps: 8, checkpoint_every: 2 } }));
  await eventsUntil(client, run.id);
  const failed = await read(backend, run.id);
  assert.equal(failed.state, 'failed');
  assert.equal(failed.error?.code, 'engine_crashed');
  assert.match(failed.error?.message ?? '', /SIGKILL.*fake engine: started/s);
  assert.deepEqual([failed.step, failed.checkpoint_step], [5, 4]);
  const japanese = await backend.inLanguage('ja').call('readRun', { params: { id: run.id } });
  assert.match(japanese.error?.message ?? '', /エンジンのプロセスが終了しました/);

  await client.call('resumeRun', { params: { id: run.id } });
  const events = await eventsUntil(client, run.id);
  assert.deepEqual(
    events.flatMap((event) => (event.type === 'step' ? [event.step] : [])),
    [1, 2, 3, 4, 5, 5, 6, 7, 8],
  );
  const metrics = await client.call('runMetrics', { params: { id: run.id } });
  assert.deepEqual(metrics.step, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual(metrics.loss, metrics.step.map(fakeLoss));
});

test('a disk that fills up fails the run and leaves its last checkpoint', async (t) => {
  const failBefore = { step: 4, code: 'disk_full', details: { path: '/full' } };
  const backend = await started(t, { failBefore });
  const { client } = backend;
  const run = await create(backend, basicRecipe({ training: { steps: 6, checkpoint_every: 1 } }));
  await eventsUntil(client, run.id);
  const failed = await read(backend, run.id);
  assert.deepEqual([failed.state, failed.error?.code, failed.checkpoint_step], ['failed', 'disk_full', 3]);
  backend.script({});
  await client.call('resumeRun', { params: { id: run.id } });
  await eventsUntil(client, run.id);
  assert.equal((await read(backend, run.id)).state, 'succeeded');
});

for (const [what, say] of [
  ['no JSON', 'Segmentation fault'],
  ['no event', '{"type":"step","step":"one"}'],
  ['an event that does not belong there', '{"type":"logits","outputPath":"x","vocabulary":1,"tokens":1}'],
] as const) {
  test(`an engine that says ${what} fails the run`, async (t) => {
    const backend = await started(t, { say });
    const run = await create(backend);
    await eventsUntil(backend.client, run.id);
    const { state, error } = await read(backend, run.id);
    assert.equal(state, 'failed');
    assert.ok(error?.code === 'engine_bug' || error?.code === 'internal', error?.code);
  });
}

test('the end of the backend pauses what runs, and the next one goes on with what waits', async (t) => {
  const backend = await started(t, { stepTime: 20 });
  const recipe = basicRecipe({ training: { steps: 30 } });
  const [first, second] = [await create(backend, recipe), await create(backend, recipe)];
  await eventsUntil(backend.client, first.id, isStep(2));
  backend.script({});
  await backend.restart();
  const paused = await read(backend, first.id);
  assert.equal(paused.state, 'paused');
  assert.equal(paused.checkpoint_step, paused.step);
  await eventsUntil(backend.client, second.id);
  assert.equal((await read(backend, second.id)).state, 'succeeded');
});

test('an engine that does not stop is ended, and the run keeps what it had', async (t) => {
  const backend = await started(t, { stepTime: 20, deaf: true });
  const run = await create(backend, basicRecipe({ training: { steps: 1000, checkpoint_every: 2 } }));
  await eventsUntil(backend.client, run.id, isStep(3));
  await backend.restart();
  const { state, checkpoint_step } = await read(backend, run.id);
  assert.equal(state, 'paused');
  assert.ok(checkpoint_step !== null && checkpoint_step % 2 === 0);
});

test('a preflight tells what a run would take and keeps nothing', async (t) => {
  const backend = await started(t);
  const recipe = basicRecipe({ training: { epochs: 2, steps: undefined, batch_size: 4 } });
  const measured = await backend.client.call('preflightRun', { body: { recipe } });
  const { machine_memory: _, disk_free, measured_at, ...rest } = measured;
  assert.ok(disk_free > 0 && Date.parse(measured_at) > 0);
  assert.deepEqual(rest, {
    seconds_per_step: 0.5,
    startup_seconds: 2,
    // One held-out loss before the first step and one after each, as this recipe is that short.
    evaluation_seconds: 10 * 3,
    answering_seconds: 0,
    estimated_seconds: 2 + 9 * 0.5 + 10 * 3,
    peak_memory: 1e8,
    disk_bytes: 1e6,
    tokens_per_second: 100,
    steps: 9,
    train_rows: 18,
    held_out_rows: 2,
    device: 'CPU',
    earlier: false,
  });
  assert.deepEqual(readdirSync(join(backend.directory, 'scratch')), []);
  assert.equal((await backend.client.call('listRuns')).total, 0);
});

test('while the device is in use, what was measured earlier stands in, and else it is told who uses it', async (t) => {
  const backend = await started(t, { stepTime: 30 });
  const { client } = backend;
  const measured = await client.call('preflightRun', { body: { recipe: basicRecipe() } });
  const run = await create(backend, basicRecipe({ training: { steps: 200 }, name: 'long' }));
  await eventsUntil(client, run.id, isStep(3));
  const earlier = await client.call('preflightRun', {
    body: { recipe: basicRecipe({ training: { steps: 8 }, seed: 7 }) },
  });
  assert.deepEqual([earlier.earlier, earlier.measured_at, earlier.steps], [true, measured.measured_at, 8]);
  assert.equal(earlier.estimated_seconds, 2 + 8 * 0.5 + 9 * 3);
  const other = { recipe: basicRecipe({ training: { batch_size: 2 } }) };
  const { body } = await refuses(client.call('preflightRun', { body: other }), 'engine_busy');
  assert.equal(body.details?.run, 'long');
  assert.equal(typeof body.details?.seconds_left, 'number');
});

test('a row that is too long is refused with its place, or skipped', async (t) => {
  const backend = await started(t);
  const long = pair('Why?', 'because '.repeat(400));
  await importRows(backend, 'long', [...pairs(6), long, ...pairs(9).slice(6)]);
  const recipe = basicRecipe({ dataset: 'long', evaluation: { held_out: 0 } });
  const error = await refuses(backend.client.call('preflightRun', { body: { recipe } }), 'row_too_long');
  assert.equal(error.body.details?.row, 7);
  assert.equal(error.body.details?.limit, 256);
  const run = await create(backend, recipe);
  await eventsUntil(backend.client, run.id);
  assert.equal((await read(backend, run.id)).error?.code, 'row_too_long');

  const skipping = basicRecipe({ dataset: 'long', evaluation: { held_out: 0 }, training: { long_rows: 'skip' } });
  const measured = await backend.client.call('preflightRun', { body: { recipe: skipping } });
  assert.equal(measured.train_rows, 9);
});

test('rows that the model is measured on are never trained on', async (t) => {
  const backend = await started(t);
  await importRows(backend, 'shown', [...pairs(5), pair('Something else?', 'Yes.')]);
  const recipe = basicRecipe({ evaluation: { dataset: 'shown' } });
  const { train_rows, held_out_rows } = await backend.client.call('preflightRun', { body: { recipe } });
  assert.deepEqual([train_rows, held_out_rows], [15, 6]);
});

test('one row cannot be both trained on and held out', async (t) => {
  const backend = await started(t);
  await importRows(backend, 'one', [pair('A?', 'B.'), pair('a?', 'b.')]);
  const half = basicRecipe({ dataset: 'one', evaluation: { held_out: 0.5 } });
  const { train_rows, held_out_rows } = await backend.client.call('preflightRun', { body: { recipe: half } });
  assert.deepEqual([train_rows, held_out_rows], [2, 0]);
  await importRows(backend, 'all', pairs(20));
  const shown = basicRecipe({ evaluation: { dataset: 'all' } });
  await refuses(backend.client.call('preflightRun', { body: { recipe: shown } }), 'no_training_rows');
});

test('what a run was made of cannot go or change unnoticed', async (t) => {
  const backend = await testBackend(t, { stepTime: 20 });
  const { client, directory } = backend;
  const path = join(directory, 'own.gguf');
  copyFileSync(tutorialBase, path);
  const model = await client.call('importModel', { body: { path, name: 'base' } });
  const id = await importRows(backend, 'pairs', pairs(20));
  const run = await create(backend, basicRecipe({ training: { steps: 500 } }));
  await eventsUntil(client, run.id, isStep(1));
  await refuses(client.call('deleteDataset', { params: { id } }), 'dataset_in_use');
  await refuses(client.call('deleteModel', { params: { id: model.id } }), 'model_in_use');
  await refuses(client.call('deleteRun', { params: { id: run.id } }), 'run_not_ended');
  await client.call('pauseRun', { params: { id: run.id } });

  utimesSync(path, 1, 1);
  backend.script({ stepTime: 20 });
  assert.equal((await client.call('readModel', { params: { id: model.id } })).available, false);
  assert.equal(
    (await client.call('resumeRun', { params: { id: run.id } })).state,
    'running',
    'only its time is another',
  );
  await client.call('pauseRun', { params: { id: run.id } });

  appendFileSync(path, 'x');
  await refuses(client.call('resumeRun', { params: { id: run.id } }), 'model_file_changed');
  renameSync(path, `${path}.away`);
  await refuses(client.call('resumeRun', { params: { id: run.id } }), 'model_file_missing');
  copyFileSync(tutorialBase, path);

  await client.call('cancelRun', { params: { id: run.id } });
  assert.deepEqual(await client.call('deleteDataset', { params: { id } }), { id, deleted: true });
  await refuses(client.call('resumeRun', { params: { id: run.id } }), 'run_data_changed');
  assert.deepEqual(await client.call('deleteRun', { params: { id: run.id } }), { id: run.id, deleted: true });
  await refuses(read(backend, run.id), 'run_not_found');
  assert.deepEqual(readdirSync(join(directory, 'runs')), []);
});

test('an adapter outlives its run', async (t) => {
  const backend = await started(t);
  const { client } = backend;
  const run = await create(backend);
  await eventsUntil(client, run.id);
  await client.call('deleteRun', { params: { id: run.id } });
  const [adapter] = (await client.call('listAdapters')).adapters;
  assert.ok(adapter && existsSync(adapter.path));
  await client.call('deleteAdapter', { params: { id: adapter.id } });
  assert.ok(!existsSync(adapter.path));
  await refuses(client.call('readAdapter', { params: { id: adapter.id } }), 'adapter_not_found');
});

test('what a recipe names must be there', async (t) => {
  const backend = await started(t);
  await refuses(create(backend, basicRecipe({ base: 'nothing' })), 'model_not_found');
  await refuses(create(backend, basicRecipe({ dataset: 'nothing' })), 'dataset_not_found');
  await refuses(create(backend, basicRecipe({ dataset: 'pairs@2' })), 'dataset_not_found');
  await refuses(create(backend, basicRecipe({ evaluation: { regression_dataset: 'nothing' } })), 'dataset_not_found');
  const yaml = 'base: base\ndatset: pairs\n';
  const body = { recipe_yaml: yaml, filename: 'my.yaml' };
  const error = await refuses(backend.client.call('createRun', { body }), 'recipe_invalid');
  assert.deepEqual(error.body.problems?.map(({ code, line }) => [code, line]).slice(0, 1), [
    ['recipe_misspelt_key', 2],
  ]);
});

test('the newest version of a data set is taken unless one is named', async (t) => {
  const backend = await started(t);
  await importRows(backend, 'pairs', pairs(10));
  assert.equal((await create(backend)).dataset.version, 2);
  assert.equal((await create(backend, basicRecipe({ dataset: 'pairs@1' }))).dataset.version, 1);
});
