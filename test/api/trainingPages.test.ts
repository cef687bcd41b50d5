/** What the pages about training ask of a real backend over HTTP, with the tutorial's model and data. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackendError, connectBackend } from '../../backend/client/connectBackend.ts';
import type { RunEvent } from '../../backend/contract/run.ts';
import { flattenRecipe } from '../../backend/contract/settings.ts';
import { tempDir } from '../support/tempDir.ts';

const media = join(import.meta.dirname, '../../media/tutorial');

async function start(context: TestContext) {
  const backend = await connectBackend({ dataDirectory: join(tempDir(context), 'data'), language: 'ja' });
  context.after(async () => {
    await backend.call('shutdown');
    await backend[Symbol.asyncDispose]();
  });
  await backend.call('importModel', { body: { path: join(media, 'base.gguf'), name: 'base' } });
  await backend.call('importDataset', { body: { path: join(media, 'tutorial-1.jsonl'), name: 'facts' } });
  return backend;
}

const refusedWith = (code: string) => (error: unknown) => error instanceof BackendError && error.body.code === code;

test('a recipe grows from recommendations, and a run of it can be repeated', async (context) => {
  const backend = await start(context);
  const body = { base: 'base', dataset: 'facts' };
  const { settings } = await backend.call('recommendRecipe', { body });
  const rank = settings.find(({ path }) => path === 'lora.rank');
  assert.equal(rank?.value, 8);
  assert.match(rank.reason, /設定ガイド/);
  await assert.rejects(
    backend.call('recommendRecipe', { body: { ...body, base: 'nobody' } }),
    refusedWith('model_not_found'),
  );

  const changes = [
    ...settings.map(({ path, value }) => ({ path, value })),
    { path: 'training.steps', value: 6 },
    { path: 'training.checkpoint_every', value: 2 },
    { path: 'evaluation.every', value: 3 },
    { path: 'evaluation.answers', value: false },
  ];
  const recipe_yaml = '# Mine\nbase: base\ndataset: facts\n';
  const edited = await backend.call('editRecipe', { body: { recipe_yaml, changes } });
  assert.deepEqual(edited.problems, []);
  assert.match(edited.recipe_yaml, /^# Mine\n/);

  const run = await backend.call('createRun', { body: { recipe_yaml: edited.recipe_yaml } });
  const params = { id: run.id };
  const events: RunEvent[] = [];
  for await (const event of backend.runEvents(run.id)) events.push(event);
  assert.equal((await backend.call('readRun', { params })).state, 'succeeded');
  const again = await backend.call('runRecipe', { params });
  const { recipe } = await backend.call('editRecipe', { body: again });
  assert.deepEqual(recipe && flattenRecipe(recipe), flattenRecipe(run.recipe));

  const metrics = await backend.call('runMetrics', { params });
  assert.deepEqual(metrics.step, [1, 2, 3, 4, 5, 6]);
  assert.equal(metrics.last_event, events.at(-1)?.id);
  const checkpoints = events.filter(({ type }) => type === 'checkpoint').map((event) => 'step' in event && event.step);
  assert.deepEqual(metrics.checkpoints, [...new Set(checkpoints)]);
  assert.ok(metrics.checkpoints.includes(4), JSON.stringify(metrics.checkpoints));
});

test('metrics read in the middle of a run and the events after them make the whole run, nothing twice', async (context) => {
  const backend = await start(context);
  const recipe = { base: 'base', dataset: 'facts', training: { steps: 30 }, evaluation: { answers: false } };
  const { id } = await backend.call('createRun', { body: { recipe } });
  const params = { id };
  for await (const event of backend.runEvents(id)) if (event.type === 'step' && event.step >= 5) break;
  const { step, last_event: after } = await backend.call('runMetrics', { params });
  assert.ok(step.length >= 5);
  const steps = [...step];
  for await (const event of backend.runEvents(id, { after })) if (event.type === 'step') steps.push(event.step);
  assert.deepEqual(
    steps,
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
});
