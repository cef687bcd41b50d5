/** A disk that is full in the middle of a checkpoint: the run fails with its reason, keeps what it had, and goes on later. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backend, connectBackend } from '../../backend/client/connectBackend.ts';
import { processStartTime } from '../../backend/engines/processIdentity.ts';
import { tempDir } from '../support/tempDir.ts';
import { basicRecipe, eventsUntil, importBasics } from '../support/testBackend.ts';

/** A small disk of its own; false where this user may not make one. */
function mountSmallDisk(path: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Writes until nothing more goes on the disk, then gives `spare` bytes back. */
function fill(disk: string, path: string, spare: number): void {
  const { bavail, bsize } = statfsSync(disk);
  const fd = openSync(path, 'w');
  const block = Buffer.alloc(bsize);
  for (let free = bavail * bsize; free > spare; free -= bsize) writeSync(fd, block);
  closeSync(fd);
}

test('a full disk in the middle of a checkpoint', async (t) => {
  let client: Backend | undefined;
  let disk: string | undefined;
  t.after(async () => {
    await client?.[Symbol.asyncDispose]();
    while (client && processStartTime(client.address.pid) !== null) await delay(20);
    if (disk !== undefined) execFileSync('umount', [disk]);
  });
  const directory = tempDir(t);
  const dataDirectory = join(directory, 'home');
  const runs = join(dataDirectory, 'runs');
  mkdirSync(runs, { recursive: true, mode: 0o700 });
  if (!mountSmallDisk(runs)) {
    console.error('SKIPPED: only root on Linux can mount a small disk to fill up.');
    return t.skip('no small disk can be mounted');
  }
  disk = runs;
  client = await connectBackend({ dataDirectory, environment: { ...process.env, XDG_RUNTIME_DIR: directory } });
  await importBasics({ client, directory: dataDirectory });
  const recipe = basicRecipe({
    threads: 1,
    training: { steps: 200, checkpoint_every: 20 },
    evaluation: { held_out: 0, every: 0 },
  });
  const { id } = await client.call('createRun', { body: { recipe } });
  await eventsUntil(client, id, (event) => event.type === 'checkpoint' && event.step === 20);
  const filler = join(runs, 'filler');
  fill(runs, filler, 100_000);
  await eventsUntil(client, id);
  const failed = await client.call('readRun', { params: { id } });
  assert.deepEqual([failed.state, failed.error?.code], ['failed', 'disk_full'], failed.error?.message);
  const kept = failed.checkpoint_step ?? 0;
  assert.ok(kept >= 20 && kept < 200);

  rmSync(filler);
  await client.call('resumeRun', { params: { id } });
  const events = await eventsUntil(client, id);
  const ready = events.findLast((event) => event.type === 'ready');
  assert.equal(ready?.first_step, kept + 1);
  const again = await client.call('createRun', { body: { recipe: { ...recipe, name: 'undisturbed' } } });
  await eventsUntil(client, again.id);
  const [disturbed, expected] = [
    await client.call('runMetrics', { params: { id } }),
    await client.call('runMetrics', { params: { id: again.id } }),
  ];
  assert.deepEqual(disturbed.loss, expected.loss);
  const states = (await client.call('listRuns')).runs.map(({ state }) => state);
  assert.deepEqual(states, ['succeeded', 'succeeded']);
});
