/** Imports and splits as jobs, problems of an import, and exports, by a real backend over HTTP. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Backend } from '../../backend/client/backend.ts';
import { BackendError } from '../../backend/client/connectBackend.ts';
import type { DatasetJob } from '../../backend/contract/datasetJob.ts';
import { importRows, pair, pairs, testBackend } from '../support/testBackend.ts';

const refusedWith = (code: string) => (error: unknown) => error instanceof BackendError && error.body.code === code;

async function ended(client: Backend, id: string): Promise<DatasetJob> {
  for (;;) {
    const job = await client.call('readDatasetJob', { params: { id }, query: { wait: 30_000 } });
    if (job.ended_at !== null) return job;
  }
}

/** A file that takes long enough to be met in the middle. */
function writeLong(path: string, rows: number): void {
  const row = (n: number) => JSON.stringify({ question: `What is ${n}? ${'word '.repeat(40)}`, answer: `It is ${n}.` });
  const block = 10_000;
  writeFileSync(path, '');
  for (let from = 0; from < rows; from += block) {
    writeFileSync(path, Array.from({ length: block }, (_, at) => `${row(from + at)}\n`).join(''), { flag: 'a' });
  }
}

async function untilRunning(client: Backend, id: string): Promise<DatasetJob> {
  for (;;) {
    const job = await client.call('readDatasetJob', { params: { id }, query: { wait: 20 } });
    if (job.ended_at !== null || (job.progress?.rows ?? 0) > 0) return job;
  }
}

const rowFolders = (directory: string): string[] => readdirSync(join(directory, 'datasets'));

test('an import goes on by itself and tells what came of it', async (t) => {
  const { client, directory } = await testBackend(t);
  const path = join(directory, 'pairs "😀".jsonl');
  writeFileSync(
    path,
    pairs(20)
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  );
  const started = await client.call('startImport', { body: { path } });
  assert.deepEqual([started.kind, started.subject], ['import', 'pairs "😀".jsonl']);
  const job = await ended(client, started.id);
  assert.deepEqual([job.state, job.imported?.dataset.rows, job.error], ['succeeded', 20, null]);
  const { jobs } = await client.call('listDatasetJobs');
  assert.deepEqual(jobs, [job]);
  const missing = await client.call('startImport', { body: { path: join(directory, 'none.jsonl') } });
  const failed = await ended(client, missing.id);
  assert.deepEqual([failed.state, failed.error?.code], ['failed', 'dataset_file_missing']);
  const params = { id: 'job_none' };
  await assert.rejects(client.call('readDatasetJob', { params }), refusedWith('dataset_job_not_found'));
});

test('a cancelled import leaves nothing', async (t) => {
  const { client, directory } = await testBackend(t);
  const path = join(directory, 'long.jsonl');
  writeLong(path, 200_000);
  const { id } = await client.call('startImport', { body: { path } });
  const running = await untilRunning(client, id);
  assert.equal(running.state, 'running');
  assert.ok(running.progress!.done > 0 && running.progress!.done <= running.progress!.total);
  const cancelled = await client.call('cancelDatasetJob', { params: { id } });
  assert.deepEqual([cancelled.state, cancelled.imported], ['cancelled', null]);
  assert.deepEqual(rowFolders(directory), []);
  assert.deepEqual((await client.call('listDatasets')).datasets, []);
  const again = await client.call('cancelDatasetJob', { params: { id } });
  assert.equal(again.state, 'cancelled');
});

test('an import goes on after the backend was started anew', async (t) => {
  const backend = await testBackend(t);
  const path = join(backend.directory, 'long.jsonl');
  writeLong(path, 200_000);
  const { id } = await backend.client.call('startImport', { body: { path } });
  assert.equal((await untilRunning(backend.client, id)).state, 'running');
  await backend.restart();
  const job = await ended(backend.client, id);
  assert.deepEqual([job.state, job.imported?.dataset.rows], ['succeeded', 200_000]);
});

async function splitOf(t: TestContext, rows: ReturnType<typeof pairs>, split: object) {
  const backend = await testBackend(t);
  const id = await importRows(backend, 'all', rows);
  const job = await backend.client.call('splitDataset', { params: { id }, body: split });
  const done = await ended(backend.client, job.id);
  const read = async (of: string) =>
    (await backend.client.call('datasetRows', { params: { id: of }, query: { limit: 1000 } })).rows.map(
      ({ row }) => row,
    );
  return { ...backend, job: done, read };
}

const topics = ['tax', 'garden', 'engine', 'violin', 'harbour', 'winter', 'printer', 'wedding', 'passport', 'cheese'];
/** Ten things, each told in ten ways that hardly differ. */
const told = topics.flatMap((topic) =>
  Array.from({ length: 10 }, (_, way) =>
    pair(
      `Customer ${way}: what of ${`${topic}s and ${topic}ing, `.repeat(4)}?`,
      `${topic.repeat(3)}, then ${topic} again, ${topic}ly ${topic}.`,
    ),
  ),
);

test('what is held out says nothing that is trained on in other words', async (t) => {
  const { job, read } = await splitOf(t, told, { share: 0.2, seed: 3 });
  assert.equal(job.state, 'succeeded', job.error?.message);
  const { train, held_out, near_duplicates } = job.split!;
  assert.deepEqual([train.name, held_out.name, train.rows, held_out.rows], ['all-train', 'all-held-out', 80, 20]);
  assert.equal(near_duplicates, 90);
  const topicsOf = async (id: string) =>
    new Set((await read(id)).map(({ messages }) => topics.find((topic) => messages[1]!.content.includes(topic))));
  const [trained, held] = [await topicsOf(train.id), await topicsOf(held_out.id)];
  assert.deepEqual([trained.size, held.size, [...trained].filter((topic) => held.has(topic)).length], [8, 2, 0]);
});

test('a split is chosen by its seed, keeps the order, and loses no row', async (t) => {
  const rows = pairs(300);
  const { job, client, read } = await splitOf(t, rows, {
    rows: 30,
    seed: 1,
    train_name: 'learn',
    held_out_name: 'ask',
  });
  const { train, held_out } = job.split!;
  assert.deepEqual([train.name, held_out.name, held_out.rows], ['learn', 'ask', 30]);
  const both = [await read(train.id), await read(held_out.id)].map((side) => side.map((row) => JSON.stringify(row)));
  assert.deepEqual(both.flat().toSorted(), rows.map((row) => JSON.stringify(row)).toSorted());
  const places = both.map((side) => side.map((row) => rows.findIndex((each) => JSON.stringify(each) === row)));
  for (const side of places)
    assert.deepEqual(
      side,
      side.toSorted((a, b) => a - b),
    );
  const { datasets } = await client.call('listDatasets');
  const id = datasets.find(({ name }) => name === 'all')!.id;
  const again = async (seed: number) => {
    const names = { train_name: 'learn', held_out_name: 'ask' };
    const next = await client.call('splitDataset', { params: { id }, body: { rows: 30, seed, ...names } });
    return (await ended(client, next.id)).split!;
  };
  const [same, other] = [await again(1), await again(2)];
  assert.deepEqual([same.train.id, same.held_out.id], [train.id, held_out.id]);
  assert.notEqual(other.held_out.hash, held_out.hash);
});

test('rows that all say the same cannot be split', async (t) => {
  const same = Array.from({ length: 9 }, (_, n) => pair('What is the name of the place?', `Answer number ${n}`));
  const { job, client, directory } = await splitOf(t, same, {});
  assert.deepEqual([job.state, job.error?.code], ['failed', 'dataset_cannot_split']);
  assert.equal((await client.call('listDatasets')).datasets.length, 1);
  assert.equal(rowFolders(directory).length, 1);
});

test('the problems of an import stay with what came of it, in the language of the reader', async (t) => {
  const backend = await testBackend(t);
  const { client, directory } = backend;
  const path = join(directory, 'broken.jsonl');
  const lines = [
    ...pairs(3).map((row) => JSON.stringify(row)),
    '{"question": "<script>alert(1)</script>", "answer": 4}',
    '{"question": "cut o',
    '{"question": "😀", "answer": ""}',
  ];
  writeFileSync(path, lines.join('\n'));
  const { dataset } = await client.call('importDataset', { body: { path, skip_broken: true } });
  assert.deepEqual([dataset.skipped_rows, dataset.problem_count], [3, 3]);
  const params = { id: dataset.id };
  const found = await client.call('datasetProblems', { params, query: { offset: 1, limit: 2 } });
  assert.deepEqual([found.total, found.kept], [3, 3]);
  assert.deepEqual(
    found.problems.map(({ code, line, excerpt }) => [code, line, excerpt]),
    [
      ['json_syntax', 5, '{"question": "cut o'],
      ['row_without_answer', 6, '{"question":"😀","answer":""}'],
    ],
  );
  await backend.restart();
  const japanese = await backend.inLanguage('ja').call('datasetProblems', { params });
  assert.match(japanese.problems[0]!.message, /数値/);
  const changes = [{ index: 0, row: null }];
  const edited = await backend.client.call('editDataset', { params, body: { changes } });
  const after = await backend.client.call('datasetProblems', { params: { id: edited.dataset.id } });
  assert.equal(after.problems.length, 3);
});

test('two who edit the same version lose nothing', async (t) => {
  const backend = await testBackend(t);
  const { client } = backend;
  const id = await importRows(backend, 'shared', pairs(4));
  const edit = (index: number, answer: string | null, branch = false) => {
    const row = answer === null ? null : pair(`What is ${index} and ${index}?`, answer);
    return client.call('editDataset', { params: { id }, body: { changes: [{ index, row }], branch } });
  };
  const [first, second] = await Promise.all([edit(0, 'Naught.'), edit(2, 'Four!')]);
  const newest = [first, second].toSorted((a, b) => a.dataset.version - b.dataset.version)[1]!;
  assert.deepEqual([newest.dataset.version, newest.onto], [3, 2]);
  const answers = async (of: string) =>
    (await client.call('datasetRows', { params: { id: of } })).rows.map(({ row }) => row.messages[1]!.content);
  assert.deepEqual(await answers(newest.dataset.id), ['Naught.', 'It is 2.', 'Four!', 'It is 6.']);
  await assert.rejects(edit(2, 'Quatre'), refusedWith('dataset_edited_elsewhere'));
  const branched = await edit(2, 'Quatre', true);
  assert.deepEqual([branched.dataset.version, branched.onto], [4, 1]);
  assert.deepEqual(await answers(branched.dataset.id), ['It is 0.', 'It is 2.', 'Quatre', 'It is 6.']);
});

test('a data set is written to a file that was not there, or that may be replaced', async (t) => {
  const backend = await testBackend(t);
  const { client, directory } = backend;
  const rows = pairs(5);
  const id = await importRows(backend, 'out', rows);
  const path = join(directory, 'out 😀.jsonl');
  const write = (body: { path: string; overwrite?: boolean }) => client.call('exportDataset', { params: { id }, body });
  const written = await write({ path });
  assert.deepEqual([written.rows, written.bytes], [5, readFileSync(path).length]);
  const read = readFileSync(path, 'utf8').trim().split('\n');
  assert.deepEqual(
    read.map((line) => JSON.parse(line)),
    rows,
  );
  await assert.rejects(write({ path }), refusedWith('export_exists'));
  await write({ path, overwrite: true });
  const nowhere = join(directory, 'none', 'x.jsonl');
  await assert.rejects(write({ path: nowhere }), refusedWith('export_unwritable'));
  await assert.rejects(write({ path: directory, overwrite: true }), refusedWith('export_unwritable'));
  await assert.rejects(write({ path: 'x.jsonl' }), refusedWith('path_not_absolute'));
  assert.equal(existsSync(nowhere), false);
});

test('judgements are written as prompt, chosen and rejected', async (t) => {
  const { client, directory } = await testBackend(t);
  const judge = (better: 'first' | 'second' | 'same', question: string) =>
    client.call('createPreference', {
      body: {
        messages: [{ role: 'user', content: question }],
        answers: [
          { model: 'base', text: 'one' },
          { model: 'tuned', text: 'two' },
        ],
        better,
      },
    });
  await judge('second', 'a');
  await judge('same', 'b');
  await judge('first', 'c 😀');
  const path = join(directory, 'votes.jsonl');
  const written = await client.call('exportPreferences', { body: { path } });
  assert.deepEqual([written.rows, written.same], [2, 1]);
  const said = (content: string) => [{ role: 'assistant', content }];
  assert.deepEqual(
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      { prompt: [{ role: 'user', content: 'a' }], chosen: said('two'), rejected: said('one') },
      { prompt: [{ role: 'user', content: 'c 😀' }], chosen: said('one'), rejected: said('two') },
    ],
  );
});
