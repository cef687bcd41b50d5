/** Killing the backend and the engine at any point, twenty times over: nothing is lost, and every run gets to its end. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type Backend, connectBackend } from '../../backend/client/connectBackend.ts';
import type { RecipeInput } from '../../backend/contract/recipe.ts';
import type { RunEvent } from '../../backend/contract/run.ts';
import { processStartTime } from '../../backend/engines/processIdentity.ts';
import { fakeLoss } from '../support/fakeLoss.ts';
import { tempDir } from '../support/tempDir.ts';
import { basicRecipe, eventsUntil, importBasics } from '../support/testBackend.ts';

const kills = 20;

interface Trial {
  readonly mainPath?: string;
  readonly recipe: RecipeInput;
  /** How long after its start something is killed, ms, at most. */
  readonly longest: number;
  readonly checkLosses: (losses: readonly number[]) => void;
}

/** Small numbers that look like chance and are the same every time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function gone(pid: number): Promise<void> {
  while (processStartTime(pid) !== null) await delay(10);
}

/** What the data base has, read past the backend. */
function stored<T>(dataDirectory: string, read: (database: Database.Database) => T): T {
  const database = new Database(join(dataDirectory, 'tatara.db'), { readonly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}

function enginePid(dataDirectory: string): number | null {
  const find = "SELECT engine FROM runs WHERE state = 'running' AND engine IS NOT NULL";
  const engine = stored(dataDirectory, (database) => database.prepare(find).pluck().get());
  return typeof engine === 'string' ? JSON.parse(engine).pid : null;
}

/** Number, time and type of every event of a run. */
function storedEvents(dataDirectory: string, id: string): string[] {
  const find = "SELECT id || ' ' || at || ' ' || type FROM run_events WHERE run_id = ? ORDER BY id";
  return stored(dataDirectory, (database) => database.prepare<[string], string>(find).pluck().all(id));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was quicker.
  }
}

async function survives(t: TestContext, { mainPath, recipe, longest, checkLosses }: Trial): Promise<void> {
  let client: Backend | undefined;
  t.after(async () => {
    await client?.[Symbol.asyncDispose]();
    if (client) await gone(client.address.pid);
  });
  const directory = tempDir(t);
  const scriptPath = join(directory, 'script.json');
  writeFileSync(scriptPath, JSON.stringify({ stepTime: 15 }));
  const where = {
    dataDirectory: join(directory, 'home'),
    environment: { ...process.env, XDG_RUNTIME_DIR: directory, FAKE_ENGINE: scriptPath },
    ...(mainPath === undefined ? {} : { mainPath }),
  };
  const random = chance(4711);
  client = await connectBackend(where);
  await importBasics({ client, directory: where.dataDirectory });
  const { id } = await client.call('createRun', { body: { recipe } });
  const second = await client.call('createRun', { body: { recipe: { ...recipe, name: 'second' } } });

  const runs = [id, second.id];

  let known: string[] = [];
  let killed = 0;
  for (let i = 0; i < kills; i++) {
    const told: string[] = [];
    const leave = new AbortController();
    const following = (async (from: Backend) => {
      for await (const event of from.runEvents(id, { signal: leave.signal })) told.push(nameOf(event));
    })(client).catch(() => undefined);
    await delay(random() * longest);
    const pid = i % 2 === 0 ? client.address.pid : enginePid(where.dataDirectory);
    if (pid !== null) {
      kill(pid);
      killed++;
      await gone(pid);
    }
    leave.abort();
    await following;
    if (pid === client.address.pid) {
      await client[Symbol.asyncDispose]();
      client = await connectBackend(where);
    }
    // What a reader was told once is stored, and what was stored once stays.
    const now = storedEvents(where.dataDirectory, id);
    assert.deepEqual(now.slice(0, told.length), told);
    assert.deepEqual(now.slice(0, known.length), known);
    assert.deepEqual(
      now.map((event) => Number.parseInt(event, 10)),
      now.map((_, index) => index + 1),
    );
    known = now;
    await resumeFailed(client, runs);
  }
  assert.ok(killed >= kills * 0.7, `only ${killed} were killed: the runs are too short`);

  for (const run of runs) await untilSucceeded(client, run);
  const undisturbed = await client.call('createRun', { body: { recipe: { ...recipe, name: 'undisturbed' } } });
  await untilSucceeded(client, undisturbed.id);

  const { adapters } = await client.call('listAdapters');
  assert.deepEqual(new Set(adapters.map(({ run_id }) => run_id)), new Set([...runs, undisturbed.id]));
  for (const adapter of adapters) assert.ok(existsSync(adapter.path));
  assert.ok(readFileSync(join(where.dataDirectory, 'logs', 'backend.log'), 'utf8').includes('run was interrupted'));
  const metricsOf = (of: Backend, run: string) => of.call('runMetrics', { params: { id: run } });
  const expected = await metricsOf(client, undisturbed.id);
  checkLosses(expected.loss);
  for (const run of runs) {
    const metrics = await metricsOf(client, run);
    assert.deepEqual(
      metrics.step,
      Array.from({ length: recipe.training?.steps ?? 0 }, (_, step) => step + 1),
    );
    assert.deepEqual(metrics.loss, expected.loss, 'other numbers than without kills');
    assert.deepEqual(metrics.held_out, expected.held_out);
  }
}

const nameOf = ({ id, at, type }: RunEvent): string => `${id} ${at} ${type}`;

async function resumeFailed(client: Backend, runs: readonly string[]): Promise<void> {
  for (const id of runs) {
    const { state, error } = await client.call('readRun', { params: { id } });
    assert.ok(['queued', 'running', 'failed', 'succeeded'].includes(state), state);
    if (state !== 'failed') continue;
    // The second is what a run is given up with under which backends die too often in a row.
    assert.ok(['engine_crashed', 'run_interrupted'].includes(error?.code ?? ''), error?.message);
    await client.call('resumeRun', { params: { id } });
  }
}

/** The last kill may have been noticed only after it was looked for. */
async function untilSucceeded(client: Backend, id: string): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    await eventsUntil(client, id);
    const { state } = await client.call('readRun', { params: { id } });
    if (state === 'succeeded') return;
    await resumeFailed(client, [id]);
  }
  assert.fail(`${id} did not succeed`);
}

test('with an engine that computes nothing', (t) =>
  survives(t, {
    mainPath: join(import.meta.dirname, '../support/fakeEngineMain.ts'),
    recipe: basicRecipe({ training: { steps: 300, checkpoint_every: 7 } }),
    longest: 400,
    checkLosses: (losses) =>
      assert.deepEqual(
        losses,
        losses.map((_, index) => fakeLoss(index + 1)),
      ),
  }));

test('with our engine, to the very same numbers', (t) =>
  survives(t, {
    recipe: basicRecipe({ threads: 1, training: { steps: 120, checkpoint_every: 10 }, evaluation: { every: 0 } }),
    longest: 1500,
    checkLosses: (losses) => assert.ok(losses.at(-1)! < losses[0]! / 2),
  }));
