/** Data sets and votes on the command line: looking, checking, editing, splitting, writing out, cancelling. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { DatasetProblems, DatasetRows } from '../../backend/contract/dataset.ts';
import { DatasetSplitDone } from '../../backend/contract/datasetJob.ts';
import { DatasetEdited, DatasetStatistics, DatasetView, RowTokens } from '../../backend/contract/datasetView.ts';
import { Preference } from '../../backend/contract/preference.ts';
import { jsonLines, projectRoot, startTatara, tatara } from '../support/tatara.ts';

const tutorial = join(projectRoot, 'media/tutorial');
const hostile = '<script>alert(1)</script> "🙂" \u202eשלום';

describe('data sets on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-test-'));
  const home = join(folder, 'home');
  const file = join(folder, 'faq "🙂".jsonl');
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const json = async <T>(schema: z.ZodType<T>, ...args: string[]): Promise<T> => {
    const ended = await tatara(home, ['--json', ...args]);
    assert.equal(ended.code, 0, ended.stderr);
    return schema.parse(jsonLines(ended.stdout)[0]);
  };
  const said = async (...args: string[]): Promise<string> => {
    const ended = await tatara(home, args);
    assert.equal(ended.code, 0, ended.stderr);
    return ended.stdout;
  };

  before(async () => {
    const pair = (question: string, answer: unknown) => JSON.stringify({ question, answer });
    const rows = [
      ...Array.from({ length: 30 }, (_, n) => pair(`What of ${n} and ${'xyz'.repeat(n)}?`, `It is ${n * n}.`)),
      pair(hostile, 'Harmless.'),
      pair('What of 3 and xyzxyzxyz?', 'Something else.'),
      pair('No text', 4),
      '{"question": "cut o',
    ];
    writeFileSync(file, rows.join('\n'));
    await said('import', file, '--skip-broken', '--name', 'faq');
    await said('import', join(tutorial, 'base.gguf'), '--name', 'base');
  });

  test('what is wrong is listed with its place, and rows to look at with their numbers', async () => {
    const text = await said('datasets', 'problems', 'faq');
    assert.match(text, /line 33, column \d+: .*\n {4}\{"question":"No text","answer":4\}\n {2}line 34/);
    assert.match(text, /Rows to look at: 2\n4 [\s\S]*another row asks the same[\s\S]*\n32 /);
    const schema = z.object({ import: DatasetProblems, rows: DatasetView });
    const found = await json(schema, 'datasets', 'problems', 'faq');
    assert.deepEqual([found.import.total, found.rows.rows.map(({ index }) => index)], [2, [3, 31]]);
    assert.match(await said('datasets', 'problems', 'faq', '--lang', 'ja'), /33 行目/);
    assert.match(await said('datasets'), /\nfaq +1 +32 +\S+ \S+ +2 /);
    assert.match(await said('datasets', 'show', 'faq'), /Left out +2\nProblems +2\n/);
  });

  test('rows are searched, sorted and counted', async () => {
    const view = await json(DatasetView, 'datasets', 'rows', 'faq', '--search', 'SCRIPT', '--base', 'base');
    assert.deepEqual([view.matching, view.rows[0]?.row.messages[0]?.content], [1, hostile]);
    assert.ok((view.rows[0]?.tokens ?? 0) > 5);
    const sorted = await json(DatasetView, 'datasets', 'rows', 'faq', '--sort', 'length', '--descending');
    assert.equal(sorted.rows[0]?.index, 29);
    const plain = await json(DatasetRows, 'datasets', 'rows', 'faq', '--limit', '3');
    assert.equal(plain.rows.length, 3);
    const found = await json(DatasetStatistics, 'datasets', 'stats', 'faq', '--base', 'base', '--context', '20');
    assert.deepEqual([found.rows, found.context, found.lengths.unit], [32, 20, 'tokens']);
    assert.match(await said('datasets', 'stats', 'faq'), /Languages +English[\s\S]*≤ /);
    const tokens = await json(RowTokens, 'datasets', 'tokens', 'faq', '1', '--base', 'base');
    const learned = tokens.tokens.filter((token) => token.learned).map((token) => token.text);
    assert.match(learned.join(''), /It is 0\./);
    assert.match(await said('datasets', 'tokens', 'faq', '1', '--base', 'base'), /⟦│[\s\S]*⟧[\s\S]*learned/);
  });

  test('a row is changed, added to, and taken out', async () => {
    const changed = await json(
      DatasetEdited,
      'datasets',
      'edit',
      'faq',
      '1',
      '--assistant',
      'Naught.',
      '--system',
      'Be short.',
    );
    assert.deepEqual([changed.dataset.version, changed.dataset.problem_count], [2, 2]);
    const { rows } = await json(DatasetRows, 'datasets', 'rows', 'faq', '--limit', '1');
    assert.deepEqual(
      rows[0]?.row.messages.map(({ role, content }) => [role, content]),
      [
        ['system', 'Be short.'],
        ['user', 'What of 0 and ?'],
        ['assistant', 'Naught.'],
      ],
    );
    assert.match(await said('datasets', 'edit', 'faq', '32', '--delete'), /faq, version 3: 31 rows/);
    const conflict = await tatara(home, ['datasets', 'edit', 'faq@1', '1', '--user', 'Else']);
    assert.equal(conflict.code, 1);
    assert.match(conflict.stderr, /Row 1 of faq was changed elsewhere: version 3 .*\n.*Nothing is lost/);
    for (const args of [['1'], ['1', '--delete', '--user', 'x'], ['1', '--row', '{'], ['0', '--delete']]) {
      assert.equal((await tatara(home, ['datasets', 'edit', 'faq', ...args])).code, 2, args.join(' '));
    }
    assert.equal((await tatara(home, ['datasets', 'edit', 'faq', '99', '--user', 'x'])).code, 1);
  });

  test('a data set is split, and written to a file or the output', async () => {
    const done = await json(DatasetSplitDone, 'datasets', 'split', 'faq', '--rows', '5', '--seed', '4');
    assert.deepEqual([done.train.rows, done.held_out.rows, done.held_out.name], [26, 5, 'faq-held-out']);
    for (const args of [
      ['--share', '1'],
      ['--share', '0.5', '--rows', '3'],
      ['--seed', 'x'],
    ]) {
      assert.equal((await tatara(home, ['datasets', 'split', 'faq', ...args])).code, 2, args.join(' '));
    }
    const out = join(folder, 'out.jsonl');
    await said('datasets', 'export', 'faq-held-out', out);
    assert.match((await tatara(home, ['datasets', 'export', 'faq', out])).stderr, /There is a file already/);
    assert.equal(await said('datasets', 'export', 'faq-held-out', '-'), readFileSync(out, 'utf8'));
    assert.match(await said('datasets', 'export', 'faq', out, '--force'), /31 rows/);
    // What was written is read back as it was.
    assert.match(await said('import', out, '--name', 'faq'), /has just these 31 rows/);
  });

  test('Ctrl-C cancels an import, and nothing of it is left', async () => {
    const path = join(folder, 'long.jsonl');
    const row = JSON.stringify({ question: `What? ${'word '.repeat(60)}`, answer: 'That.' });
    writeFileSync(path, `${row}\n`.repeat(400_000));
    const before = readdirSync(join(home, 'datasets'));
    const started = startTatara(home, ['import', path]);
    await started.waitFor(/long\.jsonl: \d+ %|long\.jsonl: waiting/);
    started.process.kill('SIGINT');
    const { code, stdout } = await started.ended;
    assert.equal(code, 130, stdout);
    assert.match(stdout, /The import of long\.jsonl was cancelled/);
    assert.deepEqual(readdirSync(join(home, 'datasets')), before);
    assert.doesNotMatch(await said('datasets'), /long/);
  });

  test('votes are given in a comparison, listed, written out and taken back', async () => {
    assert.match(await said('votes'), /No votes yet/);
    const train = ['train', '--base', 'base', '--dataset', 'faq', '--steps', '1', '--name', 'quick', '--no-preflight'];
    await said(...train);
    const typed = await tatara(
      home,
      ['chat', 'quick', '--compare', '--max-tokens', '6'],
      '/tuned\nWhat is 1?\n/tuned\n',
    );
    assert.equal(typed.code, 0, typed.stderr);
    assert.match(typed.stdout, /nothing to vote on[\s\S]*Kept as preference data/);
    const list = z.object({ preferences: z.array(Preference), total: z.int() });
    const { preferences, total } = await json(list, 'votes');
    assert.deepEqual(
      [total, preferences[0]?.better, preferences[0]?.messages.at(-1)?.content],
      [1, 'second', 'What is 1?'],
    );
    const out = join(folder, 'votes.jsonl');
    assert.match(await said('votes', 'export', out), /1 row, /);
    const line = JSON.parse(readFileSync(out, 'utf8'));
    assert.deepEqual(Object.keys(line), ['prompt', 'chosen', 'rejected']);
    assert.match(await said('votes', 'delete', preferences[0]!.id), /is deleted/);
    assert.equal((await tatara(home, ['votes', 'delete', 'prf_none'])).code, 2);
  });
});
