import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openDatabase } from '../../../backend/db/openDatabase.ts';
import { createRunStore } from '../../../backend/db/runStore.ts';
import { RunJournal } from '../../../backend/jobs/runJournal.ts';
import { RunQueue, type RunQueueOptions } from '../../../backend/jobs/runQueue.ts';
import type { EngineIdentity, RunStore } from '../../../backend/training/runStore.ts';
import { tempDir } from '../../support/tempDir.ts';
import { writeVersionOneDatabase } from '../../support/versionOneDatabase.ts';

const now = () => '2026-11-21T00:00:00.000Z';
const engine = { pid: 1, startTime: '7' };

/** A queue as after a crash: the old data base has a run that was running. */
function afterCrash(t: TestContext, execute: RunQueueOptions['execute'] = () => new Promise(() => {})) {
  const path = join(tempDir(t), 'tatara.db');
  writeVersionOneDatabase(path);
  const database = openDatabase(path);
  t.after(() => database.close());
  const store = createRunStore(database);
  const journal = new RunJournal(store, now);
  const ended: EngineIdentity[] = [];
  const endOrphan = async (identity: EngineIdentity) => ended.push(identity) > 0;
  const open = () => new RunQueue({ store, journal, execute, endOrphan, now, log: { write: () => {} } });
  return { store, journal, ended, open };
}

const stateOf = (store: RunStore) => store.get('run_2')?.state;

test('a run that was to be cancelled when the backend died is cancelled, and its engine is ended', async (t) => {
  const { store, ended, open } = afterCrash(t);
  await open().recover();
  assert.deepEqual([stateOf(store), ended], ['cancelled', [engine]]);
  assert.deepEqual([store.get('run_2')?.engine, store.get('run_2')?.wanted], [null, null]);
});

test('a run that nobody wanted to stop goes on', async (t) => {
  const { store, journal, open } = afterCrash(t);
  journal.change('run_2', { wanted: null });
  await open().recover();
  assert.equal(stateOf(store), 'running');
});

test('a run under which backends keep dying is not begun for ever', async (t) => {
  const { store, journal, open } = afterCrash(t);
  journal.change('run_2', { wanted: null, engine: null });
  for (let times = 1; times < 5; times++) {
    await open().recover();
    assert.deepEqual([stateOf(store), store.get('run_2')?.interruptions], ['running', times]);
  }
  await open().recover();
  assert.deepEqual([stateOf(store), store.get('run_2')?.error?.code], ['failed', 'run_interrupted']);
  open().enqueue('run_2');
  assert.deepEqual([stateOf(store), store.get('run_2')?.interruptions], ['queued', 0]);
});

test('interruptions while an engine works do not count: it is the engine that is to blame, and it cannot kill us', async (t) => {
  const { store, journal, open } = afterCrash(t);
  for (let times = 0; times < 10; times++) {
    journal.change('run_2', { wanted: null, engine });
    await open().recover();
    assert.equal(stateOf(store), 'running');
  }
});

test('what cannot be stored is tried again', async (t) => {
  const { store, journal, open } = afterCrash(t, async () => 'done');
  journal.change('run_2', { wanted: null });
  const change = journal.change.bind(journal);
  let failures = 0;
  journal.change = (id, changed, ...events) => {
    if (changed.state === 'succeeded' && failures++ === 0) throw new Error('the disk is full');
    change(id, changed, ...events);
  };
  await open().recover();
  for await (const _event of journal.follow('run_2', 0, t.signal));
  assert.deepEqual([stateOf(store), failures], ['succeeded', 2]);
});
