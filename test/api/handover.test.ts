import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { BackendError } from '../../backend/client/backendError.ts';
import { type Backend, connectBackend } from '../../backend/client/connectBackend.ts';
import { processStartTime } from '../../backend/engines/processIdentity.ts';
import { handoverPath } from '../../backend/files/handoverPath.ts';
import { listen } from '../../backend/http/listen.ts';
import type { FakeScript } from '../support/fakeEngine.ts';
import { tempDir } from '../support/tempDir.ts';
import { basicRecipe, eventsUntil, importBasics } from '../support/testBackend.ts';

interface Place {
  readonly clients: Backend[];
  readonly dataDirectory: string;
  readonly environment: Record<string, string | undefined>;
  readonly mainPath: string;
}

/** A data directory of the test's own; every backend that was connected to is gone at the test's end. */
function place(t: TestContext, script: FakeScript = {}): Place {
  const clients: Backend[] = [];
  // Before the folder is, so that nobody is in it any more when it goes.
  t.after(async () => {
    for (const client of clients) await client[Symbol.asyncDispose]();
    for (const { address } of clients) await gone(address.pid);
  });
  const directory = tempDir(t);
  const scriptPath = join(directory, 'script.json');
  writeFileSync(scriptPath, JSON.stringify(script));
  return {
    clients,
    dataDirectory: join(directory, 'home'),
    environment: { ...process.env, XDG_RUNTIME_DIR: directory, FAKE_ENGINE: scriptPath },
    mainPath: join(import.meta.dirname, '../support/fakeEngineMain.ts'),
  };
}

async function connected(where: Place): Promise<Backend> {
  const backend = await connectBackend(where);
  where.clients.push(backend);
  return backend;
}

/** Waits until a process has ended. */
async function gone(pid: number): Promise<void> {
  for (let i = 0; processStartTime(pid) !== null; i++) {
    assert.ok(i < 600, `the process ${pid} is still there`);
    await delay(50);
  }
}

test('a stranger on the port of a backend that died is told nothing', async (t) => {
  const where = place(t);
  const first = await connected(where);
  const { port, pid } = first.address;
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  const asked: string[] = [];
  const stranger = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await first[Symbol.asyncDispose]();
  // The system gives the port away again once the last connection of the old owner is closed.
  for (let i = 0; !stranger.listening; i++) {
    await listen(stranger, { port, host: '127.0.0.1' }).catch(async (error: Error) => {
      if (i === 200) throw error;
      await delay(50);
    });
  }
  t.after(() => stranger.close());

  const second = await connected(where);
  assert.notEqual(second.address.port, port);
  assert.ok(Array.isArray((await second.call('listRuns')).runs));
  assert.deepEqual(asked, []);
});

test('the second start finds the first', async (t) => {
  const where = place(t);
  const first = await connected(where);
  const second = await connected(where);
  assert.deepEqual(second.address, first.address);
  assert.equal((await second.call('health')).pid, first.address.pid);
});

test('clients that start at once get one backend', async (t) => {
  const where = place(t);
  const clients = await Promise.all([1, 2, 3].map(() => connected(where)));
  assert.equal(new Set(clients.map(({ address }) => address.pid)).size, 1);
  assert.equal(new Set(clients.map(({ address }) => address.token)).size, 1);
  for (const client of clients) assert.equal((await client.call('health')).status, 'ok');
});

test('it lives as long as somebody needs it', async (t) => {
  const where = place(t);
  const parent = await connected(where);
  const other = await connected(where);
  await parent[Symbol.asyncDispose]();
  await delay(200);
  assert.equal((await other.call('health')).pid, parent.address.pid);
  await other[Symbol.asyncDispose]();
  await gone(parent.address.pid);
  const next = await connected(where);
  assert.notEqual(next.address.pid, parent.address.pid);
});

test('a client that comes while one ends gets the next', async (t) => {
  const where = place(t);
  const first = await connected(where);
  await first[Symbol.asyncDispose]();
  const next = await connected(where);
  assert.equal((await next.call('health')).pid, next.address.pid);
  await gone(first.address.pid);
});

/** A client in a process of its own, which tells the pid of the backend and then does nothing. */
function clientProcess(where: Place): ChildProcess {
  const client = join(import.meta.dirname, '../../backend/client/connectBackend.ts');
  const code = `
    import { connectBackend } from ${JSON.stringify(client)};
    const { dataDirectory, mainPath } = ${JSON.stringify(where)};
    const backend = await connectBackend({ dataDirectory, mainPath });
    process.stdout.write(String(backend.address.pid) + '\\n');
    setInterval(() => {}, 1000);
  `;
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', code], {
    env: where.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

test('it ends when its parent is killed, and pauses what runs', async (t) => {
  const where = place(t, { stepTime: 20 });
  const parent = clientProcess(where);
  t.after(() => parent.kill('SIGKILL'));
  const pid = Number(String(await new Promise((resolve) => parent.stdout!.once('data', resolve))));
  const client = await connected(where);
  assert.equal(client.address.pid, pid);
  await importBasics({ client, directory: where.dataDirectory });
  const run = await client.call('createRun', { body: { recipe: basicRecipe({ training: { steps: 5000 } }) } });
  await eventsUntil(client, run.id, (event) => event.type === 'step');
  await client[Symbol.asyncDispose]();
  assert.notEqual(processStartTime(pid), null);
  parent.kill('SIGKILL');
  await gone(pid);

  const next = await connected(where);
  const { state, step, checkpoint_step } = await next.call('readRun', { params: { id: run.id } });
  assert.equal(state, 'paused');
  assert.equal(checkpoint_step, step);
});

test('a backend that was killed leaves nothing in the way', async (t) => {
  const where = place(t);
  const first = await connected(where);
  process.kill(first.address.pid, 'SIGKILL');
  await gone(first.address.pid);
  const next = await connected(where);
  assert.equal((await next.call('health')).pid, next.address.pid);
});

test('it ends when it is asked to', async (t) => {
  const where = place(t);
  const backend = await connected(where);
  assert.deepEqual(await backend.call('shutdown'), { stopping: true });
  await gone(backend.address.pid);
  await assert.rejects(backend.call('health'), { code: 'backend_lost' });
  await backend[Symbol.asyncDispose]();
});

for (const hello of ['', '{}\n', '{"type":"hello","more":1}\n', 'GET / HTTP/1.1\r\n\r\n', `${'x'.repeat(5000)}\n`]) {
  test(`the socket tells nothing to who says ${JSON.stringify(hello.slice(0, 20))}`, async (t) => {
    const where = place(t);
    await connected(where);
    const socket = connect(handoverPath(where.dataDirectory, where.environment));
    if (hello === '') socket.end();
    else socket.write(hello);
    assert.equal(await text(socket).catch(() => ''), '');
  });
}

test('the token is in no file, no argument and no environment, and the socket is private', async (t) => {
  const where = place(t);
  const { address } = await connected(where);
  const files = readdirSync(where.dataDirectory, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  assert.ok(files.length > 2);
  for (const file of files) {
    assert.ok(!readFileSync(join(file.parentPath, file.name), 'latin1').includes(address.token), file.name);
  }
  if (process.platform !== 'win32') {
    const path = handoverPath(where.dataDirectory, where.environment);
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
    assert.equal(statSync(where.dataDirectory).mode & 0o777, 0o700);
  }
  if (process.platform === 'linux') {
    for (const file of ['cmdline', 'environ']) {
      assert.ok(!readFileSync(`/proc/${address.pid}/${file}`, 'latin1').includes(address.token), file);
    }
  }
});

test('data of a newer version is refused and left alone', async (t) => {
  const where = place(t);
  const first = await connected(where);
  await first[Symbol.asyncDispose]();
  await gone(first.address.pid);
  const path = join(where.dataDirectory, 'tatara.db');
  const database = new Database(path);
  database.pragma('user_version = 999');
  database.close();
  await assert.rejects(connectBackend({ ...where, language: 'ja' }), (error: unknown) => {
    assert.ok(error instanceof BackendError);
    assert.equal(error.body.code, 'database_newer');
    assert.match(error.body.details?.path as string, /tatara\.db$/);
    return true;
  });
  const after = new Database(path, { readonly: true });
  assert.equal(after.pragma('user_version', { simple: true }), 999);
  after.close();
});

test('a backend that cannot even start says why', async (t) => {
  const where = place(t);
  await assert.rejects(connectBackend({ ...where, mainPath: join(where.dataDirectory, 'nothing.ts') }), {
    code: 'backend_start_failed',
  });
  await assert.rejects(connectBackend({ ...where, nodePath: '/nonexistent/node' }), { code: 'backend_start_failed' });
  assert.ok(!existsSync(join(where.dataDirectory, 'tatara.db')));
});
