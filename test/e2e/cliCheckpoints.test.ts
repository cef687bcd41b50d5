/** What is left of runs on their way, on the command line: one person's session, step after step. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { Adapter } from '../../backend/contract/model.ts';
import { Checkpoint, Run, Samples } from '../../backend/contract/run.ts';
import { jsonLines, projectRoot, tatara } from '../support/tatara.ts';

const tutorial = join(projectRoot, 'media/tutorial');

describe('checkpoints and answers on the way, on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-test-'));
  const home = join(folder, 'home');
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const run = async (...args: string[]): Promise<string> => {
    const ended = await tatara(home, args);
    assert.equal(ended.code, 0, `${args.join(' ')}\n${ended.stderr}`);
    return ended.stdout;
  };
  const json = async (...args: string[]): Promise<unknown[]> => jsonLines(await run('--json', ...args));
  const recipe = join(folder, 'quick.yaml');

  before(() => run('import', join(tutorial, 'base.gguf'), join(tutorial, 'tutorial-1.jsonl')));

  test('recommend says what and why, and writes a recipe that trains', async () => {
    const args = ['recommend', '--base', 'base', '--dataset', 'tutorial-1', '--effort', 'quick', '--output', recipe];
    const told = await run(...args);
    assert.match(told, /training\.learning_rate +0\.003 +Measured with the tutorial/);
    assert.match(told, /Train by it: .*tatara.* train .*quick\.yaml/);
    const written = readFileSync(recipe, 'utf8');
    assert.match(written, /^base: base\ndataset: tutorial-1\n/);
    const again = await tatara(home, args);
    assert.equal(again.code, 2);
    assert.equal(readFileSync(recipe, 'utf8'), written, 'a file of the user is not replaced unasked');
    await run('train', recipe, '--no-preflight');
    const [shown] = await json('runs');
    const [made] = z.object({ runs: z.array(Run) }).parse(shown).runs;
    assert.equal(made?.recipe.training.epochs, 1);
  });

  test('a followed run tells what it answers on the way, and it can be looked up', async () => {
    const followed = await run(
      'train',
      '--base',
      'base',
      '--dataset',
      'tutorial-1',
      '--steps',
      '10',
      '--name',
      'first',
    );
    assert.match(followed, /training .*, held-out losses .*, answers/);
    assert.match(followed, /Step 0: \d of 2 held-out questions right, the base \d\n/);
    assert.match(followed, /Step 10: \d of 2 held-out questions right/);
    const [answer] = await json('runs', 'samples', 'first');
    const { samples } = z.object({ samples: z.array(Samples) }).parse(answer);
    assert.deepEqual([samples[0]?.step, samples.at(-1)?.step], [0, 10]);
    const { question } = samples[0]!.answers[0]!;
    const at = await run('runs', 'samples', 'first', '--step', '5');
    assert.match(at, /Answers at step 5/);
    assert.ok(at.includes(question.split(' ')[0]!));
    assert.match(await run('runs', 'show', 'first'), /Held-out questions on the way\nStep 0: /);
  });

  test('checkpoints are listed, asked, gone on from and exported', async () => {
    const [answer] = await json('runs', 'checkpoints', 'first');
    const { checkpoints } = z.object({ checkpoints: z.array(Checkpoint) }).parse(answer);
    const [first] = checkpoints;
    assert.match(await run('runs', 'checkpoints', 'first'), /best/);
    assert.match(await run('runs', 'checkpoints', 'first'), /\n +10 .*last/);

    const [used] = await json('runs', 'use', 'first', '--step', String(first!.step));
    const adapter = Adapter.parse(used);
    assert.equal(adapter.name, `first-step-${first!.step}`);
    const said = await run('chat', adapter.name, '-m', 'Hello', '--temperature', '0', '--max-tokens', '6');
    assert.ok(said.trim().length > 0);

    const continued = await json('runs', 'continue', 'first', '--step', '10', '--steps', '14', '--name', 'longer');
    const end = z.object({ run: Run }).parse(continued.at(-1)).run;
    assert.deepEqual([end.state, end.step, end.continued_from?.step], ['succeeded', 14, 10]);
    assert.match(await run('runs', 'show', 'longer'), /Goes on from +first · 10/);
    const refused = await tatara(home, ['runs', 'continue', 'first', '--step', '10']);
    assert.deepEqual([refused.code, /nothing is left to learn/.test(refused.stderr)], [1, true], refused.stderr);

    const file = join(folder, 'out.gguf');
    await run('runs', 'export', 'first', '--output', file);
    assert.equal(readFileSync(file).subarray(0, 4).toString(), 'GGUF');
    const taken = await tatara(home, ['runs', 'export', 'first', '--output', file, '--step', String(first!.step)]);
    assert.equal(taken.code, 1);
    await run('runs', 'export', 'first', '--output', file, '--step', String(first!.step), '--force');
    const peft = join(folder, 'peft');
    await run('runs', 'export', 'first', '--output', peft, '--format', 'peft');
    assert.ok(readdirSync(peft).includes('adapter_config.json'));
    const unknown = await tatara(home, ['runs', 'export', 'first', '--output', join(folder, 'x'), '--step', '7']);
    assert.match(unknown.stderr, /keeps no checkpoint of step 7; it keeps: .*10/);
    assert.equal(existsSync(join(folder, 'x')), false);
  });

  test('runs are compared by what differs', async () => {
    const told = await run('runs', 'compare', 'first', 'longer');
    assert.match(told, /^ +first +longer\n/);
    assert.match(told, /\ntraining\.steps +10 +14\n/);
    assert.doesNotMatch(told, /lora\.rank/);
    assert.match(await run('runs', 'compare', 'first', 'longer', '--lang', 'ja'), /検証損失/);
  });
});
