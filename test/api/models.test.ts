import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BackendError } from '../../backend/client/backendError.ts';
import { writeLoraGguf } from '../../native/formats/lora/loraGguf.ts';
import { assertGolden } from '../support/golden.ts';
import { testBackend, tutorialBase } from '../support/testBackend.ts';
import { testData } from '../support/testData.ts';

async function refuses(work: Promise<unknown>, code: string | RegExp): Promise<BackendError> {
  const error = await work.then(
    () => assert.fail(`${code} was expected`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BackendError, String(error));
  assert.match(error.body.code, typeof code === 'string' ? new RegExp(`^${code}$`) : code, error.message);
  assert.doesNotMatch(error.message, /\{\w+\}/);
  return error;
}

/** An adapter for the tutorial's base, or for one that is half as wide. */
function writeAdapter(path: string, metadata: Record<string, string> = {}, width = 160): void {
  const rank = 2;
  const [a, b] = [new Float32Array(rank * width), new Float32Array(width * rank)];
  const tensor = { name: 'blk.0.attn_q.weight', in: width, out: width, rank, a, b };
  writeLoraGguf(path, { architecture: 'llama', alpha: 4, tensors: [tensor], metadata });
}

test('a model stays where it lies and is known by its content', async (t) => {
  const { client, directory } = await testBackend(t);
  const first = await client.call('importModel', { body: { path: tutorialBase } });
  const again = await client.call('importModel', { body: { path: tutorialBase } });
  assert.deepEqual(again, first);
  const elsewhere = join(directory, 'elsewhere.gguf');
  copyFileSync(tutorialBase, elsewhere);
  const copied = await client.call('importModel', { body: { path: elsewhere } });
  assert.deepEqual([copied.id, copied.name, copied.path], [first.id, 'base', tutorialBase]);
  await refuses(client.call('importModel', { body: { path: elsewhere, name: 'another' } }), 'model_known');
  // The tutorial's model may be made anew, with a few bytes more or less.
  assertGolden('api/model.golden.json', { ...first, bytes: 0 }, { base: tutorialBase });
  assert.deepEqual(await client.call('deleteModel', { params: { id: first.id } }), { id: first.id, deleted: true });
  assert.ok(existsSync(tutorialBase));
  assert.deepEqual((await client.call('listBases')).models, []);
});

test('what cannot be a model', async (t) => {
  const { client, directory, inLanguage } = await testBackend(t);
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const take = (path: string) => client.call('importModel', { body: { path } });
  await refuses(take('base.gguf'), 'path_not_absolute');
  await refuses(take(join(directory, 'nothing.gguf')), 'file_missing');
  await refuses(take(directory), 'model_folder');
  await refuses(take(file('empty.gguf', '')), 'model_damaged');
  await refuses(take(file('text.gguf', 'GGML is not GGUF')), 'model_damaged');
  const wild = Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(20, 0xff)]);
  wild.writeUInt32LE(3, 4);
  await refuses(take(file('wild.gguf', wild)), 'model_damaged');
  const adapter = join(directory, 'adapter.gguf');
  writeAdapter(adapter);
  await refuses(take(adapter), 'model_is_adapter');
  const japanese = await refuses(
    inLanguage('ja').call('importModel', { body: { path: join(directory, 'empty.gguf') } }),
    'model_damaged',
  );
  assert.match(japanese.message, /空です/);
  assert.deepEqual((await client.call('listBases')).models, []);
});

test('two models cannot have one name', async (t) => {
  const path = testData('models/stories260K/stories260K.gguf');
  if (path === null) return t.skip('no test data');
  const { client } = await testBackend(t);
  await client.call('importModel', { body: { path: tutorialBase, name: 'mine' } });
  await refuses(client.call('importModel', { body: { path, name: 'mine' } }), 'model_name_taken');
  const other = await client.call('importModel', { body: { path } });
  assert.deepEqual([other.name, other.facts.training_refusal], ['stories260K', null]);
});

test('a model that cannot be trained is told so at its import', async (t) => {
  const folder = testData('models/gguf-vocab');
  if (folder === null) return t.skip('no test data');
  const { client } = await testBackend(t);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.gguf'));
  assert.ok(paths.length > 0);
  for (const name of paths) {
    const model = await client.call('importModel', {
      body: { path: join(folder, name), name: name.replaceAll('/', '-') },
    });
    const refusal = model.facts.training_refusal;
    assert.match(refusal?.code ?? '', /^model_(architecture|tensor|tensor_type)$/, name);
    const body = { recipe: { base: model.id, dataset: 'x' } };
    await refuses(client.call('createRun', { body }), refusal!.code);
  }
});

test('a Hugging Face folder is converted into the data directory', async (t) => {
  const folder = testData('models/tinystories-656k-hf');
  if (folder === null) return t.skip('no test data');
  const { client, directory } = await testBackend(t);
  const model = await client.call('importModel', { body: { path: folder, name: 'stories' } });
  assert.equal(model.path, join(directory, 'models', model.id, 'model.gguf'));
  assert.equal(statSync(model.path).size, model.bytes);
  const again = await client.call('importModel', { body: { path: folder, name: 'stories' } });
  assert.equal(again.id, model.id);
  assert.deepEqual(readdirSync(join(directory, 'models')), [model.id]);
  await client.call('deleteModel', { params: { id: model.id } });
  assert.deepEqual(readdirSync(join(directory, 'models')), []);

  const broken = join(directory, 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'config.json'), '{"architectures":["LlamaForCausalLM"]');
  await refuses(client.call('importModel', { body: { path: broken } }), /^model_/);
  assert.deepEqual(readdirSync(join(directory, 'models')), []);
});

test('an adapter is taken for its own base only', async (t) => {
  const { client, directory } = await testBackend(t);
  const base = await client.call('importModel', { body: { path: tutorialBase, name: 'base' } });
  const path = join(directory, 'mine.gguf');
  const take = (name?: string) =>
    client.call('importAdapter', { body: { path, base: 'base', ...(name === undefined ? {} : { name }) } });
  writeAdapter(path);
  const adapter = await take();
  assert.deepEqual([adapter.name, adapter.rank, adapter.alpha, adapter.base_id], ['mine', 2, 4, base.id]);
  assert.notEqual(adapter.path, path);
  assert.deepEqual(
    (await client.call('listModels')).data.map(({ id }) => id),
    ['mine', 'base'],
  );
  await refuses(client.call('deleteModel', { params: { id: base.id } }), 'model_in_use');

  writeAdapter(path, { base_hash: base.hash });
  assert.equal((await take('same')).base_hash, base.hash);
  writeAdapter(path, { base_hash: `sha256:${'0'.repeat(64)}` });
  await refuses(take(), 'adapter_unfit');
  writeAdapter(path, {}, 80);
  await refuses(take(), 'adapter_unfit');
  copyFileSync(tutorialBase, path);
  await refuses(take(), 'adapter_unfit');
  writeFileSync(path, 'GGUF');
  await refuses(take(), 'model_damaged');
  await refuses(client.call('importAdapter', { body: { path, base: 'nothing' } }), 'model_not_found');
  assert.equal((await client.call('listAdapters')).adapters.length, 2);
  assert.equal(readdirSync(join(directory, 'adapters')).length, 2);
});

test('the doctor tells of everything, in the language that is asked for', async (t) => {
  const { client, inLanguage, directory } = await testBackend(t);
  const doctor = await client.call('doctor');
  assert.deepEqual(
    doctor.checks.map(({ id }) => id),
    ['node', 'libraries', 'devices', 'memory', 'disk', 'data_directory', 'database', 'port'],
  );
  assert.deepEqual([doctor.ggml_version, doctor.cpu_variant, doctor.data_directory], ['0.0.0', 'fake', directory]);
  for (const check of doctor.checks) assert.doesNotMatch(`${check.title}${check.finding}${check.advice}`, /\{\w+\}/);
  const japanese = await inLanguage('ja').call('doctor');
  assert.match(japanese.checks.find(({ id }) => id === 'memory')?.finding ?? '', /空き/);
});
