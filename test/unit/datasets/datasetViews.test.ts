/** What is noticed about rows, how they are found and sorted, and how an edit makes the next version. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DatasetViewQuery } from '../../../backend/contract/datasetView.ts';
import { TataraError } from '../../../backend/contract/errors.ts';
import { DatasetViews, type Reader } from '../../../backend/datasets/datasetViews.ts';
import { editDataset } from '../../../backend/datasets/editDataset.ts';
import { importDataset } from '../../../backend/datasets/importDataset.ts';
import { languageOf } from '../../../backend/datasets/rowFacts.ts';
import { readRows } from '../../../backend/datasets/rows.ts';
import type { RowEncoders } from '../../../backend/training/ports.ts';
import { memoryDatasetStore } from '../../support/memoryDatasetStore.ts';
import { tempDir } from '../../support/tempDir.ts';

const pairs = [
  ['How are you?', 'I am well.'],
  ['What is tea?', 'A drink made of leaves.'],
  ['HOW  are you?', 'i am well.'],
  ['What is tea?', 'A letter.'],
  ['Say it', 'say it'],
  ['犬はどこにいますか', '庭にいます'],
  ['A row that the model cannot spell: ☃', 'Indeed.'],
] as const;

/** A token is a word; the snowman cannot be spelt. */
const encoders: RowEncoders = {
  open: async () => ({
    encode({ messages }) {
      const text = messages.map(({ content }) => content).join(' ');
      if (text.includes('☃')) throw new TataraError('character_unknown', { character: '☃' });
      const tokens = text.split(/\s+/).map((_, index) => index);
      return { tokens, answer: tokens.map(() => true) };
    },
    [Symbol.asyncDispose]: async () => {},
  }),
};
const reader: Reader = { file: { path: '/base.gguf', hash: 'sha256:base' }, context: 7 };
const { signal } = new AbortController();

async function opened(context: TestContext, rows: readonly (readonly [string, string])[] = pairs) {
  const directory = tempDir(context);
  const path = join(directory, 'rows.jsonl');
  await writeFile(path, rows.map(([question, answer]) => `${JSON.stringify({ question, answer })}\n`).join(''));
  const store = memoryDatasetStore();
  const options = { filename: path, skipBroken: false, directory, store, language: 'en' } as const;
  const { dataset } = await importDataset({ ...options, source: path });
  return { directory, store, dataset, views: new DatasetViews({ directory, encoders }) };
}

test('rows are searched, filtered and sorted', async (context) => {
  const { views, dataset } = await opened(context);
  const check = async (query: object, expected: readonly number[], asked: Reader | null = null): Promise<void> => {
    const { rows, matching, total } = await views.view(dataset, DatasetViewQuery.parse(query), asked, signal);
    assert.deepEqual([rows.map(({ index }) => index), total], [expected, pairs.length], JSON.stringify(query));
    assert.ok(matching >= rows.length);
  };
  await check({}, [0, 1, 2, 3, 4, 5, 6]);
  await check({ offset: 2, limit: 2 }, [2, 3]);
  await check({ offset: 7 }, []);
  await check({ order: 'descending', limit: 2 }, [6, 5]);
  await check({ search: 'ＴＥＡ letter' }, [3]);
  await check({ search: 'tea nothing' }, []);
  await check({ search: '庭' }, [5]);
  await check({ filter: 'duplicates' }, [2]);
  await check({ filter: 'problems' }, [1, 3, 4]);
  await check({ filter: 'problems' }, [1, 3, 4, 6], reader);
  await check({ filter: 'long' }, [], null);
  await check({ filter: 'long' }, [1], reader);
  await check({ sort: 'length', limit: 3 }, [4, 5, 3]);
  await check({ sort: 'length', order: 'descending', limit: 2 }, [1, 2], reader);
  await check({ sort: 'length', search: 'tea', order: 'descending' }, [1, 3]);
});

test('a row carries its length and what was noticed', async (context) => {
  const { views, dataset } = await opened(context);
  const early = await views.view(dataset, DatasetViewQuery.parse({ order: 'descending', limit: 2 }), reader, signal);
  assert.deepEqual(
    [early.noticed, early.rows.map(({ index, characters }) => [index, characters])],
    [
      false,
      [
        [6, 43],
        [5, 14],
      ],
    ],
  );
  await views.statistics(dataset, reader, signal);
  const { rows, noticed } = await views.view(dataset, DatasetViewQuery.parse({}), reader, signal);
  assert.equal(noticed, true);
  assert.deepEqual(
    rows.map(({ tokens, characters, notices, duplicate_of }) => [tokens, characters, notices, duplicate_of]),
    [
      [6, 22, [], null],
      [8, 35, ['contradiction', 'long'], null],
      [6, 23, ['duplicate'], 0],
      [5, 21, ['contradiction'], null],
      [4, 12, ['echo'], null],
      [2, 14, [], null],
      [null, 43, ['unreadable'], null],
    ],
  );
});

test('statistics count what the filters show', async (context) => {
  const { views, dataset } = await opened(context);
  const plain = await views.statistics(dataset, null, signal);
  assert.deepEqual(plain.filters, { all: 7, problems: 3, duplicates: 1, long: 0 });
  assert.equal(plain.tokens, null);
  assert.deepEqual(plain.languages, { en: 6, ja: 1, other: 0 });
  const read = await views.statistics(dataset, reader, signal);
  assert.deepEqual(read.notices, { duplicate: 1, contradiction: 2, echo: 1, unreadable: 1, long: 1 });
  assert.deepEqual([read.tokens, read.context], [31, 7]);
  const { counts, width, longest } = read.lengths;
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    7,
  );
  assert.ok(counts.length * width >= longest && (counts.length - 1) * width < longest);
});

test('what nobody waits for any more is given up, and can be asked for again', async (context) => {
  const rows = Array.from({ length: 20_000 }, (_, index) => [`What is ${index}?`, `It is ${index}.`] as const);
  const { views, dataset } = await opened(context, rows);
  const going = new AbortController();
  const asked = views.statistics(dataset, null, going.signal);
  going.abort(new Error('gone'));
  await assert.rejects(asked, /gone/);
  const statistics = await views.statistics(dataset, null, signal);
  assert.equal(statistics.rows, rows.length);
});

test('an edit makes the next version and leaves the one before', async (context) => {
  const { directory, store, dataset } = await opened(context);
  const options = { dataset, directory, store, language: 'en', signal } as const;
  const better = {
    messages: [{ role: 'user', content: 'Say it' } as const, { role: 'assistant', content: 'It.' } as const],
  };
  const changes = [
    { index: 2, row: null },
    { index: 4, row: better },
  ];
  const { dataset: next, unchanged } = await editDataset({ ...options, changes });
  assert.deepEqual([next.name, next.version, next.rows, unchanged], [dataset.name, 2, pairs.length - 1, false]);
  const rows = await readRows(directory, next, 0, 100);
  assert.deepEqual(rows[3]?.row, better);
  assert.equal((await readRows(directory, dataset, 0, 100)).length, pairs.length);

  const refused = async (change: (typeof changes)[number][], code: string): Promise<void> => {
    await assert.rejects(editDataset({ ...options, changes: change }), (error: TataraError) => error.code === code);
  };
  await refused([{ index: 7, row: null }], 'dataset_row_missing');
  await refused([{ index: 0, row: { messages: [better.messages[0]!] } as unknown as null }], 'dataset_row_invalid');
  const all = pairs.map((_, index) => ({ index, row: null }));
  await refused(all, 'dataset_edited_elsewhere');
  const every = Array.from({ length: next.rows }, (_, index) => ({ index, row: null }));
  const whole = editDataset({ ...options, dataset: next, changes: every });
  await assert.rejects(whole, (error: TataraError) => error.code === 'dataset_last_row');
  assert.equal(store.list().length, 2);
});

test('a language is claimed only where the text shows it', () => {
  const cases: readonly [string, string][] = [
    ['What is the time?', 'en'],
    ['時間を教えて', 'ja'],
    ['今日', 'other'],
    ['Où est la gare à Évreux ?', 'other'],
    ['xyzzy', 'other'],
    ['Где вокзал and the train', 'other'],
  ];
  for (const [text, expected] of cases) assert.equal(languageOf(text), expected, text);
});
