/** Bad luck in the middle of a chat: the backend is killed, or the model's file goes away. */
import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Backend } from '../../backend/client/backend.ts';
import { BackendError, connectBackend } from '../../backend/client/connectBackend.ts';
import { TataraError } from '../../backend/contract/errors.ts';
import { askModel } from '../../extension/webviewHost/chat/askModels.ts';
import { tempDir } from '../support/tempDir.ts';
import { tutorialBase } from '../support/testBackend.ts';

const sampling = { temperature: 2, top_p: 1, max_tokens: 200, seed: 5 };
const question = [{ role: 'user' as const, content: 'Tell me all that you know.' }];

async function withModel(t: TestContext) {
  const home = tempDir(t);
  const path = join(home, 'base.gguf');
  copyFileSync(tutorialBase, path);
  const dataDirectory = join(home, 'data');
  const connect = () => connectBackend({ dataDirectory });
  const backend = await connect();
  await backend.call('importModel', { body: { path, name: 'base' } });
  return { path, connect, backend };
}

/** Until the model has said something. */
async function firstWords(backend: Backend, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await Promise.race([promise, askModel(backend, 'base', question, sampling, () => resolve(), signal)]);
}

test('a backend that is killed in the middle of an answer is told, and the question can be asked again', async (t) => {
  const { connect, backend } = await withModel(t);
  let said = '';
  const asked = askModel(
    backend,
    'base',
    question,
    sampling,
    (text) => {
      if (said === '') process.kill(backend.address.pid, 'SIGKILL');
      said += text;
    },
    new AbortController().signal,
  );
  await assert.rejects(asked, (error) => error instanceof TataraError && error.code === 'backend_lost');
  assert.notEqual(said, '');
  await backend[Symbol.asyncDispose]();
  const again = await connect();
  let answer = '';
  const facts = await askModel(
    again,
    'base',
    question,
    { ...sampling, max_tokens: 8 },
    (text) => {
      answer += text;
    },
    new AbortController().signal,
  );
  assert.ok(answer.length > 0 && facts.tokens > 0);
  await again.call('shutdown');
  await again[Symbol.asyncDispose]();
});

test('a model whose file was deleted is named, in use or not, and the backend goes on', async (t) => {
  const { path, backend } = await withModel(t);
  const stop = new AbortController();
  await firstWords(backend, stop.signal);
  stop.abort();
  rmSync(path);
  const asked = askModel(backend, 'base', question, sampling, () => {}, new AbortController().signal);
  await assert.rejects(asked, (error) => error instanceof BackendError && error.body.code === 'model_file_missing');
  const { models } = await backend.call('listBases');
  assert.equal(models[0]?.available, false);
  copyFileSync(tutorialBase, path);
  const facts = await askModel(backend, 'base', question, sampling, () => {}, new AbortController().signal);
  assert.ok(facts.tokens > 0);
  await backend.call('shutdown');
  await backend[Symbol.asyncDispose]();
});
