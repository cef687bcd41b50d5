import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { TataraError } from '../../../backend/contract/errors.ts';
import { deleteDataset, sweepDatasets } from '../../../backend/datasets/deleteDataset.ts';
import { type ImportOptions, importDataset } from '../../../backend/datasets/importDataset.ts';
import type { ImportProgress } from '../../../backend/datasets/readSource.ts';
import { iterateRows, readRows } from '../../../backend/datasets/rows.ts';
import { importText } from '../../support/importText.ts';
import { memoryDatasetStore } from '../../support/memoryDatasetStore.ts';
import { tempDir } from '../../support/tempDir.ts';

const row = (n: number) => ({ question: `question ${n} 日本`, answer: `answer ${n}` });
const jsonl = (count: number) => Array.from({ length: count }, (_, n) => `${JSON.stringify(row(n))}\n`).join('');

function setUp(context: TestContext) {
  const folder = tempDir(context);
  const directory = join(folder, 'datasets');
  const store = memoryDatasetStore();
  const source = (content: string | Buffer, name = 'source') => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const run = (options: Pick<ImportOptions, 'source'> & Partial<ImportOptions>) =>
    importDataset({ filename: 'faq.jsonl', skipBroken: false, directory, store, language: 'en', ...options });
  return { directory, store, source, run };
}

test('a file becomes a data set', async (context) => {
  const { directory, source, run } = setUp(context);
  const { dataset, unchanged, problems } = await run({ source: source(jsonl(300)) });
  assert.deepEqual([dataset.name, dataset.version, dataset.format, dataset.source], ['faq', 1, 'jsonl', 'faq.jsonl']);
  assert.deepEqual([dataset.rows, dataset.skipped_rows, unchanged, problems], [300, 0, false, []]);
  const stored = readFileSync(join(directory, dataset.hash.slice('sha256:'.length), 'rows.jsonl'));
  assert.equal(dataset.bytes, stored.length);
  assert.equal(dataset.hash, `sha256:${createHash('sha256').update(stored).digest('hex')}`);
  assert.equal(
    stored.toString().split('\n')[7],
    '{"messages":[{"role":"user","content":"question 7 日本"},{"role":"assistant","content":"answer 7"}]}',
  );
  assert.deepEqual(readdirSync(directory), [dataset.hash.slice('sha256:'.length)]);
});

test('the same rows have the same hash in every format and shape', async (context) => {
  const { run, source } = setUp(context);
  const rows = [0, 1, 2].map(row);
  const chats = rows.map(({ question, answer }) => ({
    messages: [
      { content: question, role: 'user', name: 'x' },
      { role: 'assistant', content: answer },
    ],
  }));
  const contents: Record<string, string> = {
    'a.jsonl': rows.map((one) => JSON.stringify(one)).join('\r\n'),
    'a.json': JSON.stringify(rows, null, 2),
    'rows-in-an-object.json': JSON.stringify({ version: 1, tags: ['x'], rows, about: { rows: 3 } }),
    'jsonl-by-another-name.json': rows.map((one) => JSON.stringify(one)).join('\n'),
    'json-by-another-name.jsonl': JSON.stringify(rows),
    'without-extension': JSON.stringify(rows),
    'a.csv': `question,answer\n${rows.map((one) => `${one.question},"${one.answer}"\n`).join('')}`,
    'semicolons.csv': `\ufeffid;answer;question\r\n${rows.map((one) => `1;${one.answer};${one.question}\r\n`).join('')}`,
    'tabs.tsv': `質問\t回答\n${rows.map((one) => `${one.question}\t${one.answer}\n`).join('\n')}`,
    'csv.txt': `question,answer\n${rows.map((one) => `${one.question},${one.answer}`).join('\r')}`,
    'chat.json': JSON.stringify(chats),
    'sharegpt.jsonl': rows
      .map((one) => ({
        conversations: [
          { from: 'human', value: one.question },
          { from: 'gpt', value: one.answer },
        ],
      }))
      .map((one) => JSON.stringify(one))
      .join('\n'),
  };
  const hashes = new Map<string, string>();
  for (const [filename, content] of Object.entries(contents)) {
    hashes.set(filename, (await run({ source: source(content), filename })).dataset.hash);
  }
  assert.deepEqual([...new Set(hashes.values())].length, 1, JSON.stringify([...hashes]));
});

test('fields beside the rows may be of any size', async (context) => {
  const about = { index: Object.fromEntries(Array.from({ length: 150_000 }, (_, n) => [`key ${n}`, [n]])) };
  const result = await importText(context, JSON.stringify({ about, rows: [row(1)] }), { filename: 'a.json' });
  assert.equal(result.code === null && result.rows.length, 1);
});

test('one object is one row', async (context) => {
  for (const content of [
    row(1),
    {
      messages: [
        { role: 'user', content: 'Q' },
        { role: 'assistant', content: 'A' },
      ],
    },
  ]) {
    const result = await importText(context, JSON.stringify(content), { filename: 'a.json' });
    assert.equal(result.code === null && result.rows.length, 1);
  }
});

test('a name gets versions, and the same rows no new one', async (context) => {
  const { run, source, store } = setUp(context);
  const first = await run({ source: source(jsonl(3)) });
  const second = await run({ source: source(jsonl(4)) });
  const again = await run({ source: source(jsonl(3)) });
  const other = await run({ source: source(jsonl(3)), name: '別の名前' });
  assert.deepEqual(
    [first, second, other].map(({ dataset }) => `${dataset.name} ${dataset.version}`),
    ['faq 1', 'faq 2', '別の名前 1'],
  );
  assert.deepEqual([again.unchanged, again.dataset], [true, first.dataset]);
  assert.equal(store.list().length, 3);
});

describe('names', () => {
  const made: Record<string, string> = {
    'faq.jsonl': 'faq',
    '/home/me/my data.v2.csv': 'my data.v2',
    'C:\\data\\質問集.json': '質問集',
    'user@host.jsonl': 'user-host',
    '.jsonl': '.jsonl',
    'line\nbreak.json': 'line-break',
    [`${'長'.repeat(200)}.jsonl`]: '長'.repeat(120),
    ' .json': 'data',
  };
  for (const [filename, name] of Object.entries(made)) {
    test(JSON.stringify(filename), async (context) => {
      const { run, source } = setUp(context);
      assert.equal((await run({ source: source(jsonl(1)), filename, format: 'jsonl' })).dataset.name, name);
    });
  }
  for (const name of ['', ' x', 'a/b', 'a@1', 'x'.repeat(121)]) {
    test(`${JSON.stringify(name.slice(0, 20))} is refused`, async (context) => {
      const { run, source, directory } = setUp(context);
      await assert.rejects(run({ source: source(jsonl(1)), name }), { code: 'dataset_name_invalid' });
      assert.equal(existsSync(directory), false);
    });
  }
});

describe('files that cannot be opened', () => {
  test('missing, a folder, a device', async (context) => {
    const { run, directory } = setUp(context);
    const { code, directory: folder } = { code: 'dataset_not_a_file', directory: tempDir(context) };
    await assert.rejects(run({ source: join(folder, 'none.jsonl') }), { code: 'dataset_file_missing' });
    await assert.rejects(run({ source: folder }), { code });
    if (existsSync('/dev/zero')) await assert.rejects(run({ source: '/dev/zero' }), { code });
    assert.deepEqual(readdirSync(directory), []);
  });
});

test('an upload is imported like a file', async (context) => {
  const { run, source, directory } = setUp(context);
  const path = source(jsonl(5000));
  const byPath = await run({ source: path, name: 'path' });
  const byUpload = await run({ source: createReadStream(path, { highWaterMark: 777 }), name: 'upload' });
  assert.equal(byUpload.dataset.hash, byPath.dataset.hash);
  assert.equal(readdirSync(directory).length, 1);
});

test('an upload that breaks off leaves nothing', async (context) => {
  const { run, directory } = setUp(context);
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from(jsonl(10));
      throw new Error('the line went dead');
    })(),
  );
  await assert.rejects(run({ source: broken }), /the line went dead/);
  assert.deepEqual(readdirSync(directory), []);
});

test('many imports at once, of the same and of other rows, all end well', async (context) => {
  const { run, source, directory, store } = setUp(context);
  const same = source(jsonl(2000), 'same');
  const other = source(jsonl(2001), 'other');
  const results = await Promise.all([
    ...Array.from({ length: 6 }, () => run({ source: same })),
    ...Array.from({ length: 3 }, (_, n) => run({ source: same, name: `copy ${n}` })),
    run({ source: other }),
  ]);
  assert.equal(results.slice(0, 6).filter(({ unchanged }) => !unchanged).length, 1);
  assert.equal(store.list().length, 5);
  assert.equal(readdirSync(directory).length, 2);
  for (const { dataset } of results) {
    let count = 0;
    for await (const _ of iterateRows(directory, dataset)) count++;
    assert.equal(count, dataset.rows);
  }
});

test('imports and deletions of the same rows at once never lose rows that a data set has', async (context) => {
  const { run, source, directory, store } = setUp(context);
  const path = source(jsonl(50));
  for (let round = 0; round < 15; round++) {
    const { dataset } = await run({ source: path, name: `round ${round}` });
    const [imported] = await Promise.all([
      run({ source: path, name: `kept ${round}` }),
      new Promise((done) => setTimeout(done, round)).then(() => deleteDataset(directory, dataset, store)),
    ]);
    assert.equal((await readRows(directory, imported.dataset, 0, 100)).length, 50);
    await deleteDataset(directory, imported.dataset, store);
    assert.deepEqual(readdirSync(directory), []);
  }
});

test('a deletion keeps the rows that another data set has', async (context) => {
  const { run, source, directory, store } = setUp(context);
  const path = source(jsonl(5));
  const [one, two] = [await run({ source: path }), await run({ source: path, name: 'two' })];
  await deleteDataset(directory, one.dataset, store);
  assert.equal((await readRows(directory, two.dataset, 0, 9)).length, 5);
  await deleteDataset(directory, two.dataset, store);
  assert.deepEqual([readdirSync(directory), store.list()], [[], []]);
});

describe('an import that is aborted leaves nothing', () => {
  test('before it begins', async (context) => {
    const { run, source } = setUp(context);
    const signal = AbortSignal.abort(new Error('not wanted'));
    await assert.rejects(run({ source: source(jsonl(1)), signal }), /not wanted/);
  });

  for (const upload of [false, true]) {
    test(upload ? 'while it is uploaded' : 'while it is read', async (context) => {
      const { run, source, directory, store } = setUp(context);
      const controller = new AbortController();
      const endless = Readable.from(
        (async function* () {
          for (let n = 0; ; n++) {
            if (n === 20) controller.abort();
            yield Buffer.from(jsonl(10));
          }
        })(),
      );
      const importing = run({
        source: upload ? endless : source(jsonl(50_000)),
        signal: controller.signal,
        onProgress: ({ rows }) => {
          if (rows > 1000) controller.abort();
        },
      });
      await assert.rejects(importing, { name: 'AbortError' });
      assert.deepEqual([readdirSync(directory), store.list()], [[], []]);
    });
  }
});

test('a store that fails leaves no rows behind', async (context) => {
  const { run, source, directory, store } = setUp(context);
  const failing = {
    ...store,
    add: () => {
      throw new Error('the data base is locked');
    },
  };
  await assert.rejects(run({ source: source(jsonl(3)), store: failing }), /locked/);
  assert.deepEqual(readdirSync(directory), []);
});

test('a full disk is told, and leaves nothing', { skip: process.platform === 'win32' }, async (context) => {
  const { directory, source } = setUp(context);
  const path = source(jsonl(20_000));
  // The shell's limit on the size of a file stands for the disk's: writing fails halfway in the same way.
  const child = join(import.meta.dirname, '../../support/importChild.ts');
  const command = `ulimit -f 600; exec "${process.execPath}" "${child}" "${path}" "${directory}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' });
  assert.equal(JSON.parse(stdout || '{}').code, 'disk_full', stderr);
  assert.deepEqual(readdirSync(directory), []);
});

test('what a crash left is swept away, and nothing else', async (context) => {
  const { run, source, directory } = setUp(context);
  const { dataset } = await run({ source: source(jsonl(3)) });
  for (const name of ['.import-', '.deleted-'])
    mkdirSync(join(directory, `${name}123e4567-e89b-42d3-a456-426614174000`));
  mkdirSync(join(directory, '.import-notes'));
  await sweepDatasets(directory);
  assert.deepEqual(readdirSync(directory).sort(), ['.import-notes', dataset.hash.slice(7)].sort());
  await sweepDatasets(join(directory, 'none'));
});

test('progress is told and reaches the end', async (context) => {
  const { run, source } = setUp(context);
  const content = jsonl(60_000);
  const seen: ImportProgress[] = [];
  await run({ source: source(content), onProgress: (progress) => seen.push(progress) });
  assert.ok(seen.length > 2);
  const bytes = Buffer.byteLength(content);
  assert.deepEqual(seen.at(-1), { bytesRead: bytes, bytesTotal: bytes, rows: 60_000, problems: 0 });
  assert.ok(seen.every(({ bytesRead }, n) => bytesRead >= (seen[n - 1]?.bytesRead ?? 0)));
});

describe('rows that were stored', () => {
  test('by page', async (context) => {
    const { run, source, directory } = setUp(context);
    const { dataset } = await run({ source: source(jsonl(250)) });
    const pages: [number, number, number[]][] = [
      [0, 2, [0, 1]],
      [100, 3, [100, 101, 102]],
      [248, 100, [248, 249]],
      [250, 10, []],
      [9999, 10, []],
    ];
    for (const [offset, limit, expected] of pages) {
      const rows = await readRows(directory, dataset, offset, limit);
      assert.deepEqual(
        rows.map(({ index }) => index),
        expected,
      );
      for (const { index, row: read } of rows) assert.equal(read.messages[1]?.content, `answer ${index}`);
    }
  });

  test('damage is found', async (context) => {
    const { run, source, directory } = setUp(context);
    const { dataset } = await run({ source: source(jsonl(250)) });
    const all = async () => {
      for await (const _ of iterateRows(directory, dataset));
    };
    const rows = join(directory, dataset.hash.slice(7), 'rows.jsonl');
    const content = readFileSync(rows, 'utf8');
    writeFileSync(rows, content.replace('answer 7"', 'answer 8"'));
    await assert.rejects(all(), { code: 'dataset_damaged' });
    truncateSync(rows, 1000);
    await assert.rejects(all(), { code: 'dataset_damaged' });
    await assert.rejects(readRows(directory, dataset, 200, 10), { code: 'dataset_damaged' });
    truncateSync(join(directory, dataset.hash.slice(7), 'rows.index'), 100);
    await assert.rejects(readRows(directory, dataset, 0, 50), { code: 'dataset_damaged' });
    // Importing the file again puts them right.
    await run({ source: source(content) });
    await all();
    assert.equal((await readRows(directory, dataset, 0, 250)).length, 250);
  });
});

describe('large files', () => {
  const megabytes = Number(process.env.TATARA_TEST_MEGABYTES ?? 24);
  for (const kind of ['jsonl', 'json', 'csv']) {
    test(`${megabytes} MB of ${kind} in a heap of 32 MB`, (context) => {
      const child = join(import.meta.dirname, '../../support/importChild.ts');
      const args = ['--max-old-space-size=32', child, `${kind}:${megabytes}`, tempDir(context)];
      const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const result = JSON.parse(stdout || '{}');
      assert.ok(result.rows > megabytes * 1000, stderr);
      assert.ok(result.peakMegabytes < 300, `${result.peakMegabytes} MB`);
    });
  }

  test('one line without end', async (context) => {
    const { run, source } = setUp(context);
    const path = source(`${JSON.stringify(row(1))}\n{"question":"${'q'.repeat(70_000)}`);
    truncateSync(path, 300_000_000);
    await assert.rejects(run({ source: path }), (error) => {
      assert.ok(error instanceof TataraError);
      assert.deepEqual(
        error.problems.map(({ code, line, column }) => [code, line, column]),
        [['row_too_large', 2, 1]],
      );
      return true;
    });
  });
});
