import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { createDatasetStore } from '../../../backend/db/datasetStore.ts';
import { lockDirectory } from '../../../backend/db/lockDirectory.ts';
import { migrations } from '../../../backend/db/migrations.ts';
import { createAdapterStore, createModelStore } from '../../../backend/db/modelStore.ts';
import { checkDatabase, openDatabase } from '../../../backend/db/openDatabase.ts';
import { createRunStore } from '../../../backend/db/runStore.ts';
import { tempDir } from '../../support/tempDir.ts';
import { writeVersionOneDatabase } from '../../support/versionOneDatabase.ts';

const now = () => '2026-11-21T00:00:00.000Z';
let ids = 0;
const newId = () => `dat_new${++ids}`;

test('versions are numbered from 1 without gaps', () => {
  assert.deepEqual(
    migrations.map(({ version }) => version),
    migrations.map((_, index) => index + 1),
  );
});

test('a populated data base of version 1 becomes a new one and keeps all it had', (t) => {
  const path = join(tempDir(t), 'tatara.db');
  writeVersionOneDatabase(path);
  const database = openDatabase(path);
  t.after(() => database.close());
  assert.equal(checkDatabase(database, path), migrations.length);

  const datasets = createDatasetStore(database, newId, now);
  assert.deepEqual(
    datasets.list().map(({ id, version, rows, problem_count }) => [id, version, rows, problem_count]),
    [
      ['dat_3', 3, 5, 1],
      ['dat_1', 1, 2, 0],
    ],
  );
  const added = datasets.add({
    name: 'pairs',
    hash: `sha256:${'d'.repeat(64)}`,
    format: 'json',
    source: 'x.json',
    rows: 1,
    bytes: 9,
    skipped_rows: 0,
    problem_count: 0,
    problems: [],
  });
  assert.equal(added.dataset.version, 4);
  assert.equal(createModelStore(database).get('mdl_1')?.facts.architecture, 'llama');
  assert.deepEqual(
    createAdapterStore(database)
      .list()
      .map(({ id, run_id, peft_path, alpha }) => [id, run_id, peft_path, alpha]),
    [
      ['adp_2', undefined, undefined, 8.5],
      ['adp_1', 'run_1', '/adapters/adp_1/peft', 16],
    ],
  );
  const runs = createRunStore(database);
  const second = runs.get('run_2');
  assert.deepEqual(
    [second?.state, second?.engine, second?.wanted, second?.error],
    ['running', { pid: 1, startTime: '7' }, 'cancel', null],
  );
  assert.deepEqual(
    runs.inStates(['running', 'succeeded']).map(({ id }) => id),
    ['run_1', 'run_2'],
  );
  assert.equal(runs.lastQueueOrder(), 2);
  assert.equal(second?.interruptions, 0);
  assert.deepEqual(runs.events('run_2', 1, 10), [
    { id: 2, at: '2026-11-03T00:00:01.000Z', type: 'step', step: 1, steps: 9, loss: 2.5 },
  ]);
  runs.change('run_2', { state: 'paused', engine: null }, [{ type: 'checkpoint', step: 3 }], now());
  assert.equal(runs.lastEvent('run_2'), 3);
  runs.delete('run_2');
  assert.deepEqual(runs.events('run_2', 0, 10), []);
});

test('problems belong to an import and go with the last version that came of it', (t) => {
  const path = join(tempDir(t), 'tatara.db');
  writeVersionOneDatabase(path);
  const database = openDatabase(path);
  t.after(() => database.close());
  const datasets = createDatasetStore(database, newId, now);
  assert.deepEqual([datasets.problems('dat_3', 0, 10), datasets.keptProblems('dat_3')], [[], 0]);
  const about = { name: 'pairs', format: 'jsonl', source: 'x.jsonl', rows: 1, bytes: 9, skipped_rows: 2 } as const;
  const problem = (line: number) => ({
    ...{ code: 'row_wrong_type' as const, line, column: 1, excerpt: '{"a": 1} 😀' },
    details: { field: 'a', found: { en: 'a number', ja: '数値' } },
  });
  const problems = [problem(2), problem(7)];
  const hash = (letter: string) => `sha256:${letter.repeat(64)}`;
  const imported = datasets.add({ ...about, hash: hash('e'), problem_count: 2, problems }).dataset;
  const from = { ...about, problem_count: 2, problems: { of: imported.id }, anew: true };
  const edited = datasets.add({ ...from, hash: hash('f') }).dataset;
  assert.deepEqual(datasets.problems(edited.id, 1, 10), [problem(7)]);
  // An edit that goes back to how it was is the newest version, and not the old one again.
  const back = datasets.add({ ...from, hash: hash('e') });
  assert.deepEqual([back.unchanged, back.dataset.version], [false, edited.version + 1]);
  assert.equal(datasets.add({ ...from, hash: hash('e') }).unchanged, true);
  datasets.delete(imported.id);
  datasets.delete(back.dataset.id);
  assert.equal(datasets.keptProblems(edited.id), 2);
  datasets.delete(edited.id);
  assert.equal(database.prepare('SELECT count(*) FROM import_problems').pluck().get(), 0);
});

test('opening again changes nothing', (t) => {
  const path = join(tempDir(t), 'tatara.db');
  openDatabase(path).close();
  const database = openDatabase(path);
  assert.equal(checkDatabase(database, path), migrations.length);
  database.close();
});

test('a migration that fails leaves what was there', (t) => {
  const path = join(tempDir(t), 'tatara.db');
  writeVersionOneDatabase(path);
  const broken = { version: 2, sql: "UPDATE runs SET name = 'lost'; CREATE TABLE runs (id TEXT);" };
  assert.throws(() => openDatabase(path, [migrations[0]!, broken]), { code: 'database_damaged' });
  const database = openDatabase(path);
  assert.equal(createRunStore(database).get('run_1')?.name, 'first');
  database.close();
});

test('a newer data base is refused and left as it is', (t) => {
  const path = join(tempDir(t), 'tatara.db');
  openDatabase(path).close();
  const newer = new Database(path);
  newer.pragma('user_version = 99');
  newer.close();
  const before = readFileSync(path);
  assert.throws(() => openDatabase(path), {
    code: 'database_newer',
    details: { path, found: 99, known: migrations.length },
  });
  assert.deepEqual(readFileSync(path), before);
});

test('what is no data base of ours is refused and left as it is', (t) => {
  const directory = tempDir(t);
  const other = join(directory, 'other.db');
  const foreign = new Database(other);
  foreign.exec('CREATE TABLE theirs (x)');
  foreign.close();
  const text = join(directory, 'text.db');
  writeFileSync(text, 'not a data base, but long enough to look at. '.repeat(50));
  const cut = join(directory, 'cut.db');
  const whole = openDatabase(cut);
  whole.pragma('journal_mode = DELETE');
  whole.close();
  writeFileSync(cut, readFileSync(cut).subarray(0, 5000));
  for (const path of [other, text, cut]) {
    const before = readFileSync(path);
    assert.throws(
      () => {
        const database = openDatabase(path);
        try {
          checkDatabase(database, path);
        } finally {
          database.close();
        }
      },
      { code: 'database_damaged' },
      path,
    );
    assert.deepEqual(readFileSync(path), before, path);
  }
});

test('a data directory is locked for one at a time', (t) => {
  const path = join(tempDir(t), 'deep', 'lock.db');
  const first = lockDirectory(path);
  assert.notEqual(first, null);
  assert.equal(lockDirectory(path), null);
  first?.[Symbol.dispose]();
  const second = lockDirectory(path);
  assert.notEqual(second, null);
  second?.[Symbol.dispose]();
});

test('a version number is never given twice', (t) => {
  const database = openDatabase(join(tempDir(t), 'tatara.db'));
  t.after(() => database.close());
  const store = createDatasetStore(database, newId, now);
  const add = (letter: string) =>
    store.add({
      name: 'a',
      hash: `sha256:${letter.repeat(64)}`,
      format: 'jsonl',
      source: 'a.jsonl',
      rows: 1,
      bytes: 1,
      skipped_rows: 0,
      problem_count: 0,
      problems: [],
    });
  const first = add('1');
  assert.deepEqual([first.dataset.version, first.unchanged], [1, false]);
  assert.deepEqual([add('1').dataset.id, add('1').unchanged], [first.dataset.id, true]);
  const second = add('2').dataset;
  store.delete(second.id);
  assert.equal(store.hasHash(second.hash), false);
  assert.equal(add('2').dataset.version, 3);
});
