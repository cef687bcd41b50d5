import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectBackend, joinBackend } from '../../backend/client/connectBackend.ts';
import { tempDir } from '../support/tempDir.ts';

const options = (dataDirectory: string) => ({
  dataDirectory,
  mainPath: join(import.meta.dirname, '../../backend/main.ts'),
  environment: { ...process.env, XDG_RUNTIME_DIR: dataDirectory },
});

test('a window that is loaded anew finds its backend again', async (context) => {
  const home = tempDir(context);
  const first = await connectBackend({ ...options(home), lingerSeconds: 60 });
  await first[Symbol.asyncDispose]();
  await delay(500);
  const again = await joinBackend(options(home));
  assert.equal(again?.address.pid, first.address.pid);
  await again?.call('shutdown');
  await again?.[Symbol.asyncDispose]();
});

test('joining starts nothing, and without lingering the last client takes the backend with it', async (context) => {
  const home = tempDir(context);
  assert.equal(await joinBackend(options(home)), null);
  const only = await connectBackend(options(home));
  await only[Symbol.asyncDispose]();
  for (let there = true; there; await delay(50)) {
    const found = await joinBackend(options(home));
    there = found !== null;
    await found?.[Symbol.asyncDispose]();
  }
});
