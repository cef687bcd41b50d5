/** Looking at data sets, editing them, and judging answers, by a real backend over HTTP. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BackendError, connectBackend } from '../../backend/client/connectBackend.ts';
import { writeChatModel } from '../support/storyModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { testData } from '../support/testData.ts';

const stories = testData('models/stories260K/stories260K.gguf');

async function start(context: TestContext) {
  const home = tempDir(context);
  const backend = await connectBackend({ dataDirectory: join(home, 'data') });
  context.after(async () => {
    await backend.call('shutdown');
    await backend[Symbol.asyncDispose]();
  });
  const body = Buffer.from('question,answer\nHow are you?,I am well\nhow are YOU?,Fine\n');
  const { dataset } = await backend.call('uploadDataset', { query: { filename: 'talk.csv' }, body });
  return { home, backend, dataset };
}

const refusedWith = (code: string) => (error: unknown) => error instanceof BackendError && error.body.code === code;

test('rows are viewed, counted and edited', async (context) => {
  const { backend, dataset } = await start(context);
  const params = { id: dataset.id };
  const { rows, matching } = await backend.call('viewDataset', { params, query: { search: 'fine' } });
  assert.deepEqual([rows.map(({ index, notices }) => [index, notices]), matching], [[[1, ['contradiction']]], 1]);
  const statistics = await backend.call('datasetStatistics', { params });
  assert.equal(statistics.notices.contradiction, 2);
  const body = { changes: [{ index: 1, row: null }] };
  const edited = await backend.call('editDataset', { params, body });
  assert.deepEqual([edited.dataset.version, edited.dataset.rows], [2, 1]);
  const outside = { changes: [{ index: 9, row: null }] };
  await assert.rejects(backend.call('editDataset', { params, body: outside }), refusedWith('dataset_row_missing'));
  const nobody = { params, query: { base: 'nobody' } };
  await assert.rejects(backend.call('viewDataset', nobody), refusedWith('model_not_found'));
});

test('judgements are kept, told and taken back', async (context) => {
  const { backend } = await start(context);
  const body = {
    messages: [{ role: 'user' as const, content: 'Hi' }],
    answers: [
      { model: 'base', text: 'What?' },
      { model: 'tuned', text: 'Hello 👋' },
    ] as [{ model: string; text: string }, { model: string; text: string }],
    better: 'second' as const,
  };
  const kept = await backend.call('createPreference', { body });
  const { preferences, total } = await backend.call('listPreferences');
  assert.deepEqual([preferences, total], [[kept], 1]);
  const params = { id: kept.id };
  await backend.call('deletePreference', { params });
  await assert.rejects(backend.call('deletePreference', { params }), refusedWith('preference_not_found'));
  assert.equal((await backend.call('listPreferences')).total, 0);
});

test('a row is told as the model reads it', { skip: stories === null }, async (context) => {
  const { home, backend, dataset } = await start(context);
  const path = join(home, 'chat.gguf');
  writeChatModel(stories!, path);
  const model = await backend.call('importModel', { body: { path } });
  const params = { id: dataset.id };
  const { tokens } = await backend.call('rowTokens', { params, query: { base: model.name, row: 0 } });
  const text = (wanted: boolean) => tokens.map((token) => (token.learned === wanted ? token.text : '')).join('');
  assert.match(text(false), /<\|im_start\|>\s*user\s*How are you\?<\|im_end\|>\s*<\|im_start\|>\s*assistant\s*$/);
  assert.match(text(true), /^\s*I am well<\|im_end\|>/);
  assert.ok(tokens.filter(({ control }) => control).length >= 3);
  const query = { base: model.id };
  const statistics = await backend.call('datasetStatistics', { params, query });
  const { rows } = await backend.call('viewDataset', { params, query });
  assert.equal(rows[0]?.tokens, tokens.length);
  assert.deepEqual([statistics.lengths.unit, statistics.context], ['tokens', model.facts.context_length]);
});
