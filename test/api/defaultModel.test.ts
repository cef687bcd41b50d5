import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { BackendError } from '../../backend/client/backendError.ts';
import type { VerdictKind } from '../../backend/contract/verdict.ts';
import { createAdapterStore } from '../../backend/db/modelStore.ts';
import { openDatabase } from '../../backend/db/openDatabase.ts';
import { writeLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { type TestBackend, testBackend, tutorialBase } from '../support/testBackend.ts';

const hello = { messages: [{ role: 'user' as const, content: 'Who are you?' }], max_tokens: 4, temperature: 0 };

async function withAdapter({ client, directory }: Pick<TestBackend, 'client' | 'directory'>) {
  const base = await client.call('importModel', { body: { path: tutorialBase, name: 'base' } });
  const path = join(directory, 'tuned.gguf');
  const [a, b] = [new Float32Array(320), new Float32Array(320)];
  const tensor = { name: 'blk.0.attn_q.weight', in: 160, out: 160, rank: 2, a, b };
  writeLoraGguf(path, { architecture: 'llama', alpha: 4, tensors: [tensor], metadata: {} });
  const adapter = await client.call('importAdapter', { body: { path, base: 'base' } });
  return { base, adapter };
}

async function code(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('an error was expected'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BackendError, String(error));
  return error.body.code;
}

test('the default model is asked where none is named, in this and in later backends', async (t) => {
  const backend = await testBackend(t);
  const { base, adapter } = await withAdapter(backend);
  const ask = (model?: string) =>
    backend.client.call('chatCompletions', { body: { ...hello, ...(model === undefined ? {} : { model }) } });
  assert.deepEqual(await backend.client.call('readDefaultModel'), { model: null });
  assert.equal(await code(ask()), 'default_model_missing');
  assert.equal(await code(backend.client.call('chooseDefaultModel', { body: { model: 'none' } })), 'model_not_found');

  const chosen = await backend.client.call('chooseDefaultModel', { body: { model: 'tuned' } });
  assert.deepEqual(chosen.model, { id: adapter.id, name: 'tuned', kind: 'adapter', base_id: base.id });
  await backend.restart();
  assert.deepEqual(await backend.client.call('readDefaultModel'), chosen);
  assert.equal((await ask()).model, 'tuned');
  assert.equal((await ask('default')).model, 'tuned');
  assert.equal((await ask('base')).model, 'base');

  const status = await backend.client.call('status');
  assert.deepEqual(status.default_model, chosen.model);
  assert.deepEqual(status.runs, { running: 0, queued: 0 });
  const [loaded] = status.loaded;
  assert.deepEqual(
    [status.loaded.length, loaded?.name, loaded?.adapters, loaded?.in_use],
    [1, 'base', ['tuned'], false],
  );
  assert.ok(loaded!.bytes > base.bytes / 2 && status.memory > loaded!.bytes);

  await backend.client.call('deleteAdapter', { params: { id: adapter.id } });
  assert.deepEqual(await backend.client.call('readDefaultModel'), { model: null });
  await backend.client.call('chooseDefaultModel', { body: { model: base.id } });
  assert.equal((await ask()).model, 'base');
  assert.deepEqual(await backend.client.call('clearDefaultModel'), { model: null });
  assert.equal(await code(ask()), 'default_model_missing');
});

test('an adapter that was shown to be worse cannot become the default', async (t) => {
  const backend = await testBackend(t);
  const { adapter } = await withAdapter(backend);
  const judge = async (verdict: VerdictKind) => {
    const database = openDatabase(join(backend.directory, 'tatara.db'));
    createAdapterStore(database).judge(adapter.id, verdict);
    database.close();
  };
  const choose = () => backend.client.call('chooseDefaultModel', { body: { model: 'tuned' } });
  for (const verdict of ['worse', 'forgot'] as const) {
    await judge(verdict);
    assert.equal(await code(choose()), 'default_model_lost');
    assert.deepEqual(await backend.client.call('readDefaultModel'), { model: null });
  }
  for (const verdict of ['better', 'none', 'unmeasured'] as const) {
    await judge(verdict);
    const [listed] = (await backend.client.call('listAdapters')).adapters;
    assert.equal(listed?.verdict, verdict);
    assert.equal((await choose()).model?.name, 'tuned');
  }
});
