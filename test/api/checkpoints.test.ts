/** What a run shows and keeps on its way, with the real engine on the tutorial's model, over HTTP. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackendError, connectBackend } from '../../backend/client/connectBackend.ts';
import type { RecipeInput } from '../../backend/contract/recipe.ts';
import type { Run, RunEvent } from '../../backend/contract/run.ts';
import { writeAsF32 } from '../support/asF32.ts';
import { tempDir } from '../support/tempDir.ts';

const media = join(import.meta.dirname, '../../media/tutorial');

async function start(context: TestContext) {
  const folder = tempDir(context);
  const backend = await connectBackend({ dataDirectory: join(folder, 'data'), language: 'en' });
  context.after(async () => {
    await backend.call('shutdown');
    await backend[Symbol.asyncDispose]();
  });
  await backend.call('importModel', { body: { path: join(media, 'base.gguf'), name: 'base' } });
  await backend.call('importDataset', { body: { path: join(media, 'tutorial-1.jsonl'), name: 'facts' } });
  const recipe = (changes: Partial<RecipeInput> = {}): RecipeInput => ({
    base: 'base',
    dataset: 'facts',
    threads: 1,
    ...changes,
    lora: { rank: 4, ...changes.lora },
    training: { steps: 12, learning_rate: 0.003, checkpoint_every: 2, keep_checkpoints: 2, ...changes.training },
    evaluation: { every: 4, samples: 2, max_answers: 2, ...changes.evaluation },
  });
  const finish = async (run: Run): Promise<{ run: Run; events: RunEvent[] }> => {
    const events: RunEvent[] = [];
    for await (const event of backend.runEvents(run.id)) events.push(event);
    return { run: await backend.call('readRun', { params: { id: run.id } }), events };
  };
  return { folder, backend, recipe, finish };
}

const refusedWith = (code: string) => (error: unknown) => error instanceof BackendError && error.body.code === code;

test('a run answers a few held-out questions at every held-out loss, and what it keeps can be used', async (context) => {
  const { folder, backend, recipe, finish } = await start(context);
  const { run, events } = await finish(await backend.call('createRun', { body: { recipe: recipe() } }));
  assert.equal(run.state, 'succeeded', JSON.stringify(run.error));
  const params = { id: run.id };

  const { samples } = await backend.call('runSamples', { params });
  assert.deepEqual(
    samples.map(({ step, answers, left_out }) => [step, answers.length, left_out]),
    [0, 4, 8, 12].map((step) => [step, 2, null]),
  );
  assert.deepEqual(
    samples,
    events.flatMap((event) =>
      event.type === 'samples' ? [{ step: event.step, answers: event.answers, left_out: event.left_out }] : [],
    ),
  );
  for (const { answers } of samples) {
    assert.deepEqual(
      answers.map(({ question, base }) => [question, base]),
      samples[0]!.answers.map(({ question, base }) => [question, base]),
      'the base says the same each time',
    );
  }
  assert.ok(
    samples[0]!.answers.every(({ base, tuned }) => base === tuned),
    'before its first step it is the base',
  );
  // The questions are of those that are answered at the end, and the last answers are the same as there.
  const atEnd = new Map(run.evaluation?.held_out?.answers.map((answer) => [answer.question, answer]));
  for (const answer of samples.at(-1)!.answers) assert.deepEqual(atEnd.get(answer.question), answer);

  const { checkpoints } = await backend.call('listCheckpoints', { params });
  const losses = new Map(events.flatMap((event) => (event.type === 'held_out' ? [[event.step, event.loss]] : [])));
  const best = checkpoints.filter((checkpoint) => checkpoint.best);
  assert.deepEqual(
    checkpoints.map(({ step, held_out_loss, last, adapter_id }) => ({ step, held_out_loss, last, adapter_id })),
    checkpoints.map(({ step }) => ({
      step,
      held_out_loss: losses.get(step) ?? null,
      last: step === 12,
      adapter_id: step === 12 ? run.adapter_id : null,
    })),
  );
  assert.ok(checkpoints.length >= 2 && checkpoints.every(({ bytes }) => bytes > 1000));
  assert.equal(best.length, 1);
  assert.deepEqual(
    checkpoints.slice(-2).map(({ step }) => step),
    [10, 12],
  );

  const adapter = await backend.call('useCheckpoint', { params, body: { step: 10 } });
  assert.deepEqual([adapter.step, adapter.run_id, adapter.name], [10, run.id, `${run.name}-step-10`]);
  assert.deepEqual(await backend.call('useCheckpoint', { params, body: { step: 10 } }), adapter);
  const ask = (model: string) =>
    backend.call('chatCompletions', {
      body: { model, temperature: 0, max_tokens: 8, messages: [{ role: 'user', content: 'Hello' }] },
    });
  assert.ok(((await ask(adapter.id)) as { choices: unknown[] }).choices.length === 1);
  const listed = (await backend.call('listCheckpoints', { params })).checkpoints.find(({ step }) => step === 10);
  assert.equal(listed?.adapter_id, adapter.id);
  await backend.call('deleteAdapter', { params: { id: adapter.id } });
  assert.equal((await backend.call('readRun', { params })).adapter_id, run.adapter_id, "the run's own adapter stays");
  await assert.rejects(
    backend.call('useCheckpoint', { params, body: { step: 3 } }),
    refusedWith('checkpoint_not_found'),
  );

  const exported = (body: Record<string, unknown>) =>
    backend.call('exportRun', { params, body: body as { path: string } });
  const file = join(folder, 'out.gguf');
  const own = await backend.call('readAdapter', { params: { id: run.adapter_id! } });
  assert.deepEqual(await exported({ path: file }), { path: file, bytes: own.bytes });
  assert.deepEqual(readFileSync(file), readFileSync(own.path));
  await assert.rejects(exported({ path: file, step: 10 }), refusedWith('export_exists'));
  assert.deepEqual(readFileSync(file), readFileSync(own.path));
  await exported({ path: file, step: 10, overwrite: true });
  assert.notDeepEqual(readFileSync(file), readFileSync(own.path));
  const peft = join(folder, 'peft');
  await exported({ path: peft, step: 10, format: 'peft' });
  assert.deepEqual(readdirSync(peft).sort(), ['adapter_config.json', 'adapter_model.safetensors']);
  writeFileSync(join(peft, 'mine.txt'), 'mine');
  await assert.rejects(exported({ path: peft, format: 'peft' }), refusedWith('export_exists'));
  await exported({ path: peft, format: 'peft', overwrite: true });
  assert.equal(readFileSync(join(peft, 'mine.txt'), 'utf8'), 'mine', 'what is not ours stays');
  await assert.rejects(exported({ path: 'out.gguf' }), refusedWith('path_not_absolute'));
  await assert.rejects(exported({ path: join(folder, 'no', 'out.gguf') }), refusedWith('export_unwritable'));
});

test('a new run goes on from a checkpoint, as the old one did or with what is changed', async (context) => {
  const { backend, recipe, finish, folder } = await start(context);
  const plain = { evaluation: { answers: false }, training: { keep_checkpoints: 6 } };
  const { run } = await finish(
    await backend.call('createRun', { body: { recipe: recipe({ ...plain, name: 'first' }) } }),
  );
  const params = { id: run.id };
  const metricsOf = async (id: string) => {
    const { step, loss, held_out } = await backend.call('runMetrics', { params: { id } });
    return { step, loss, held_out };
  };
  const same = await finish(await backend.call('continueRun', { params, body: { step: 6 } }));
  assert.equal(same.run.state, 'succeeded', JSON.stringify(same.run.error));
  assert.deepEqual(same.run.continued_from, { id: run.id, name: 'first', step: 6 });
  assert.equal(same.run.name, 'first-from-6');
  assert.deepEqual(
    same.events.find(({ type }) => type === 'ready')?.type === 'ready' &&
      same.events.flatMap((event) => (event.type === 'ready' ? [event.first_step] : [])),
    [7],
  );
  assert.deepEqual(await metricsOf(same.run.id), await metricsOf(run.id), 'to the last bit, with all that was before');

  await assert.rejects(backend.call('continueRun', { params, body: { step: 12 } }), refusedWith('checkpoint_at_end'));
  const body = { step: 12, steps: 16, learning_rate: 0.0005, name: 'longer' };
  const more = await finish(await backend.call('continueRun', { params, body }));
  assert.equal(more.run.state, 'succeeded', JSON.stringify(more.run.error));
  assert.deepEqual([more.run.name, more.run.step, more.run.recipe.training.learning_rate], ['longer', 16, 0.0005]);

  // What it began with is its own: the old run may go.
  const queued = await backend.call('continueRun', { params, body: { step: 4, name: 'orphan' } });
  await backend.call('deleteRun', { params });
  assert.equal((await finish(queued)).run.state, 'succeeded');
  assert.equal(existsSync(join(folder, 'data', 'runs', run.id)), false);
});

test('a whole model is written from a checkpoint, and has no adapter', async (context) => {
  const { backend, recipe, finish, folder } = await start(context);
  writeAsF32(join(media, 'base.gguf'), join(folder, 'whole.gguf'));
  await backend.call('importModel', { body: { path: join(folder, 'whole.gguf'), name: 'whole' } });
  const how = {
    base: 'whole',
    method: 'full',
    training: { steps: 4, batch_size: 2 },
    evaluation: { every: 2, max_answers: 2, samples: 1 },
  } as const;
  const { run } = await finish(await backend.call('createRun', { body: { recipe: recipe(how) } }));
  assert.equal(run.state, 'succeeded', JSON.stringify(run.error));
  const params = { id: run.id };
  const { samples } = await backend.call('runSamples', { params });
  assert.deepEqual(
    samples.map(({ step, left_out }) => [step, left_out]),
    [
      [0, null],
      [2, null],
      [4, null],
    ],
  );
  await assert.rejects(
    backend.call('useCheckpoint', { params, body: { step: 2 } }),
    refusedWith('checkpoint_whole_model'),
  );
  const path = join(folder, 'model.gguf');
  await assert.rejects(
    backend.call('exportRun', { params, body: { path, step: 2, format: 'peft' } }),
    refusedWith('run_without_result'),
  );
  mkdirSync(join(folder, 'models'));
  const { bytes } = await backend.call('exportRun', { params, body: { path, step: 2 } });
  assert.equal(statSync(path).size, bytes);
  assert.equal((await backend.call('importModel', { body: { path, name: 'half way' } })).facts.architecture, 'llama');
});
