/** The three lessons as a person does them on the command line, from an empty data directory: not, half, wrong, and done. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import * as z from 'zod';
import { LessonSummary, LessonVerification } from '../../backend/contract/lesson.ts';
import { Run } from '../../backend/contract/run.ts';
import { jsonLines, projectRoot, tatara } from '../support/tatara.ts';

const tutorial = join(projectRoot, 'media/tutorial');

describe('the lessons of the tutorial', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-test-'));
  const home = join(folder, 'home');
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const json = async (...args: string[]): Promise<unknown[]> => {
    const ended = await tatara(home, ['--json', ...args]);
    assert.equal(ended.code, 0, ended.stderr);
    return jsonLines(ended.stdout);
  };
  const train = async (level: number, ...settings: string[]): Promise<Run> => {
    const changes = ['threads=1', ...settings].flatMap((setting) => ['--set', setting]);
    const lines = await json('tutorial', 'train', String(level), '--no-preflight', ...changes);
    const { run } = z.object({ run: Run }).parse(lines.at(-1));
    assert.equal(run.state, 'succeeded');
    return run;
  };
  /** The ids of the checks that are passed, and those that are open; the exit code has to say the same. */
  const verify = async (level: number) => {
    const ended = await tatara(home, ['--json', 'tutorial', 'verify', String(level)]);
    const verification = LessonVerification.parse(jsonLines(ended.stdout)[0]);
    assert.equal(ended.code, verification.passed ? 0 : 1, ended.stderr);
    const ids = (isPassed: boolean) =>
      verification.checks.filter(({ passed }) => passed === isPassed).map(({ id }) => id);
    return { ...verification, done: ids(true), open: ids(false) };
  };
  const measured = ({ checks }: LessonVerification, id: string) => checks.find((check) => check.id === id)?.measured;
  const remove = (...runs: Run[]) => Promise.all(runs.map(({ id }) => json('runs', 'delete', id)));

  test('they are listed and read, in both languages', async () => {
    const [listed] = await json('tutorial', 'levels');
    const { lessons } = z.object({ lessons: z.array(LessonSummary) }).parse(listed);
    assert.deepEqual(
      lessons.map(({ level }) => level),
      [1, 2, 3],
    );
    const shown = await tatara(home, ['tutorial', 'show', '3', '--lang', 'ja']);
    assert.match(shown.stdout, /^# レベル 3.*医学的な助言ではありません.*tatara tutorial verify 3/s);
    const none = await tatara(home, ['tutorial', 'show', '4']);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /There is no lesson 4\.[\s\S]*1, 2 and 3/);
  });

  test('level 1 is not done before it was begun', async () => {
    const nothing = await verify(1);
    assert.deepEqual(nothing.done, []);
    assert.match(measured(nothing, 'run') ?? '', /no run/);
    // Only the first step is told; the others wait for it.
    assert.deepEqual(
      nothing.checks.filter(({ next }) => next !== null).map(({ id }) => id),
      ['run'],
    );
    const said = await tatara(home, ['tutorial', 'verify', '1', '--lang', 'ja']);
    assert.equal(said.code, 1);
    assert.match(said.stdout, /✗ このレッスンのデータでの学習が終わっている/);
  });

  test('level 1 is not done with another model', async () => {
    const other = join(folder, 'other.gguf');
    const bytes = readFileSync(join(tutorial, 'base.gguf'));
    // One weight is another one: as good a model, and not the one that the lesson is about.
    bytes[bytes.length - 2]! ^= 1;
    writeFileSync(other, bytes);
    await json('import', 'model', other, '--name', 'other');
    const run = await train(1, 'base=other', 'training.steps=2');
    const wrong = await verify(1);
    assert.deepEqual([wrong.done, wrong.open.slice(0, 2)], [['run'], ['base', 'learned']]);
    assert.match(measured(wrong, 'base') ?? '', /other/);
    await remove(run);
  });

  test('level 1 is half done where the run was too short, also with a row added', async () => {
    const rows = readFileSync(join(tutorial, 'levels/level-1.en.jsonl'), 'utf8');
    const more = join(folder, 'more.jsonl');
    writeFileSync(more, `${rows}{"instruction":"How many legs has a cat?","output":"A cat has four legs."}\n`);
    const less = join(folder, 'less.jsonl');
    writeFileSync(less, rows.slice(rows.indexOf('\n') + 1));
    await json('import', 'data', more, less);
    const lacking = await train(1, 'dataset=less', 'training.steps=2', 'name=lacking');
    assert.deepEqual((await verify(1)).done, [], 'a row of the lesson is missing');
    const short = await train(1, 'dataset=more', 'training.steps=10', 'name=short');
    const half = await verify(1);
    assert.deepEqual(half.done, ['run', 'base']);
    assert.match(measured(half, 'run') ?? '', /short/);
    assert.match(measured(half, 'learned') ?? '', /^[0-4] of 5 right/);
    await remove(lacking, short);
  });

  test('level 1 is done when the rows are known by heart and the held-out loss has risen', async () => {
    await train(1);
    const done = await verify(1);
    assert.deepEqual(done.open, []);
    assert.ok(done.passed);
    assert.match(measured(done, 'learned') ?? '', /^5 of 5 right, the base 0$/);
    assert.match(measured(done, 'rose') ?? '', /lowest 5\.\d+ at step \d+, 5\.\d+ at the end \(\+\d/);
    assert.equal(done.answers.length, 10);
  });

  test('level 2 asks for two runs that differ in nothing but the rank', async () => {
    const wide = await train(2);
    const one = await verify(2);
    assert.deepEqual(one.open, ['ranks', 'effect']);
    assert.match(measured(one, 'ranks') ?? '', /only rank 8/);
    const unfair = await train(2, 'lora.rank=1', 'lora.alpha=2', 'training.steps=5');
    const two = await verify(2);
    assert.deepEqual(two.open, ['ranks', 'effect', 'better']);
    assert.match(measured(two, 'ranks') ?? '', /differ in training\.steps, too/);
    await remove(unfair);
    await train(2, 'lora.rank=1', 'lora.alpha=2');
    const done = await verify(2);
    assert.deepEqual(done.open, []);
    assert.match(measured(done, 'ranks') ?? '', new RegExp(`rank 1 .* 8 \\(${wide.name}\\)`));
  });

  test('level 3 is done when the price of the higher learning rate was seen, and the lower one kept what was known', async () => {
    const fast = await train(3, 'training.learning_rate=0.01');
    const alone = await verify(3);
    assert.deepEqual(alone.open.slice(0, 3), ['rates', 'forgot', 'kept']);
    assert.match(measured(alone, 'rates') ?? '', /only 0\.010/);
    const careful = await train(3);
    const done = await verify(3);
    assert.deepEqual(done.open, []);
    assert.match(
      measured(done, 'rates') ?? '',
      new RegExp(`0\\.001 \\(${careful.name}\\).*0\\.010 \\(${fast.name}\\)`),
    );
    assert.match(measured(done, 'care') ?? '', /^8 of 8 as they were taught/);
    // A model that is gone cannot be asked, and so proves nothing any more.
    await json('adapters', 'delete', fast.adapter_id ?? '');
    assert.deepEqual((await verify(3)).open, ['rates', 'forgot']);
  });
});
