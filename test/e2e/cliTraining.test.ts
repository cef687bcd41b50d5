import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as z from 'zod';
import { OpenAiModelList } from '../../backend/contract/chat.ts';
import { Adapter, Model } from '../../backend/contract/model.ts';
import { Preflight, Run, RunEvent, RunMetrics } from '../../backend/contract/run.ts';
import { Doctor, Status } from '../../backend/contract/system.ts';
import { jsonLines, projectRoot, startTatara, tatara } from '../support/tatara.ts';

const tutorial = join(projectRoot, 'media/tutorial');

// One person's session, step after step in one data directory: each step builds on the one before.
describe('from files to a tuned model, on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tatara-test-'));
  const home = join(folder, 'home');
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const json = async (...args: string[]): Promise<unknown[]> => {
    const ended = await tatara(home, ['--json', ...args]);
    assert.equal(ended.code, 0, ended.stderr);
    return jsonLines(ended.stdout);
  };

  before(() => {
    writeFileSync(join(folder, 'broken.jsonl'), '{"instruction": "a", "output": "b"}\n{"instruction": \n');
  });

  test('doctor finds what is needed', async () => {
    const [found] = await json('doctor');
    const doctor = Doctor.parse(found);
    assert.deepEqual(
      doctor.checks.filter((check) => check.state === 'error'),
      [],
    );
    assert.ok(doctor.devices.length > 0);
    const ended = await tatara(home, ['doctor', '--lang', 'ja']);
    assert.match(ended.stdout, /[\p{Script=Hiragana}\p{Script=Katakana}]/u);
    assert.equal(ended.code, 0, ended.stderr);
  });

  test('what a file is, its content tells', async () => {
    const ended = await tatara(home, [
      'import',
      join(tutorial, 'base.gguf'),
      join(tutorial, 'tutorial-1.jsonl'),
      '--json',
    ]);
    assert.equal(ended.code, 0, ended.stderr);
    const [model, data] = jsonLines(ended.stdout);
    assert.equal(Model.parse(model).facts.architecture, 'llama');
    assert.equal(z.object({ dataset: z.object({ name: z.string() }) }).parse(data).dataset.name, 'tutorial-1');
  });

  test('a broken row is told with its place, and left out where the user says so', async () => {
    const file = join(folder, 'broken.jsonl');
    const refused = await tatara(home, ['import', file]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /^Error: .*\n.*2:\d+: /);
    const taken = await tatara(home, ['import', file, '--skip-broken']);
    assert.equal(taken.code, 0, taken.stderr);
    assert.match(taken.stdout, /Data set broken, version 1: 1 row, .*\n1 broken row left out:\n {2}line 2/);
  });

  test('a misspelt key of a recipe is told with its line and what was meant', async () => {
    const recipe = join(folder, 'wrong.yaml');
    writeFileSync(recipe, 'base: base\ndataset: tutorial-1\ntraining:\n  learning_rat: 0.1\n');
    const ended = await tatara(home, ['train', recipe]);
    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, /4:3: .*learning_rat.*learning_rate/s);
  });

  test('a name that is not there is told with those that are', async () => {
    const ended = await tatara(home, ['models', 'show', 'nothing']);
    assert.equal(ended.code, 2);
    assert.match(ended.stderr, /No base model is called "nothing"\. There is 1: base\./);
  });

  test('train tells of every step, and leaves an adapter that answers', async () => {
    const lines = await json('train', '--base', 'base', '--dataset', 'tutorial-1', '--steps', '4', '--name', 'first');
    Preflight.parse(z.object({ preflight: z.unknown() }).parse(lines[0]).preflight);
    const events = lines.slice(1, -1).map((line) => RunEvent.parse(line));
    assert.deepEqual(
      events.map((event) => event.id),
      events.map((_, index) => index + 1),
    );
    assert.equal(events.filter((event) => event.type === 'step').length, 4);
    const { run } = z.object({ run: Run }).parse(lines.at(-1));
    assert.equal(run.state, 'succeeded');

    const [adapters] = await json('adapters');
    const [adapter] = z.object({ adapters: z.array(Adapter) }).parse(adapters).adapters;
    assert.equal(adapter?.id, run.adapter_id);
    assert.ok(adapter?.verdict !== undefined, 'what the evaluation showed goes with the adapter');
    assert.equal(
      readFileSync(adapter?.path ?? '')
        .subarray(0, 4)
        .toString(),
      'GGUF',
    );

    const [metrics] = await json('runs', 'metrics', 'first');
    assert.deepEqual(RunMetrics.parse(metrics).step, [1, 2, 3, 4]);
  });

  test('runs shows the loss curve, the settings and where the adapter lies', async () => {
    const list = await tatara(home, ['runs']);
    assert.match(list.stdout, /^ID .*\n\S+ +first +done +4\/4 /);
    const shown = await tatara(home, ['runs', 'show', 'first']);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /Loss by step\n.*┤.*[\u2801-\u28ff]/s);
    assert.match(shown.stdout, /Adapter +\/.*\.gguf\n.*tatara chat first --compare/);
  });

  test('chat answers once, streams on, and compares', async () => {
    const once = await tatara(home, ['chat', 'first', '-m', 'Hello', '--temperature', '0', '--max-tokens', '12']);
    assert.equal(once.code, 0, once.stderr);
    assert.ok(once.stdout.trim().length > 0);
    const [completion] = await json('chat', 'base', '-m', 'Hello', '--temperature', '0', '--max-tokens', '12');
    assert.equal(z.object({ object: z.string() }).parse(completion).object, 'chat.completion');
    const typed = await tatara(home, ['chat', 'first', '--compare', '--max-tokens', '8'], 'Hello\n/new\n/quit\n');
    assert.equal(typed.code, 0, typed.stderr);
    assert.match(typed.stdout, /\nbase {2}.*\ntuned {2}.*\nA new conversation\.\n/s);
    const wrong = await tatara(home, ['chat', 'base', '--compare', '-m', 'Hello']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /nothing to compare it with/);
  });

  test('the default model is what is asked where none is named', async () => {
    const none = await tatara(home, ['chat', '-m', 'Hello']);
    assert.deepEqual([none.code, none.stdout], [1, '']);
    assert.match(none.stderr, /none was made the default.*\n.*tatara models default NAME/);
    assert.match((await tatara(home, ['models', 'default'])).stdout, /^No default model is chosen/);
    const chosen = await tatara(home, ['models', 'default', 'first']);
    assert.equal(chosen.stdout, 'The default model is now first.\n', chosen.stderr);
    const [completion] = await json('chat', '-m', 'Hello', '--max-tokens', '4');
    assert.equal(z.object({ model: z.string() }).parse(completion).model, 'first');
    assert.equal((await tatara(home, ['models', 'default', 'first', '--clear'])).code, 2);
  });

  test('status tells how the backend is, and starts none', async () => {
    const nowhere = join(folder, 'nowhere');
    const off = await tatara(nowhere, ['status']);
    assert.match(off.stdout, /^No backend is running/);
    assert.ok(!existsSync(join(nowhere, 'tatara.db')));
    const serving = startTatara(home, ['serve', '--json']);
    await serving.waitFor(/\n/);
    const shown = await tatara(home, ['status']);
    assert.match(
      shown.stdout,
      /^Address +http:\/\/127.*\nRuns +0 running, 0 queued\nDefault model +first\n\nNo model/s,
    );
    const [status] = await json('status');
    assert.equal(Status.parse(status).default_model?.name, 'first');
    assert.match((await tatara(home, ['models', 'default', '--clear'])).stdout, /no default model any more/);
    serving.process.kill('SIGINT');
    assert.equal((await serving.ended).code, 0);
  });

  test('Ctrl-C stops a run with a checkpoint, and resume finishes it', async () => {
    const args = ['train', '--base', 'base', '--dataset', 'tutorial-1', '--steps', '200', '--name', 'long'];
    const started = startTatara(home, [...args, '--no-preflight', '--json']);
    await started.waitFor(/"type":"step"/);
    started.process.kill('SIGINT');
    const ended = await started.ended;
    assert.equal(ended.code, 130, ended.stderr);
    assert.match(ended.stderr, /Stopping after this step/);
    const { run } = z.object({ run: Run }).parse(jsonLines(ended.stdout).at(-1));
    assert.equal(run.state, 'paused');
    assert.ok(run.checkpoint_step !== null && run.checkpoint_step < 200);

    const resumed = await json('runs', 'resume', 'long');
    const end = z.object({ run: Run }).parse(resumed.at(-1)).run;
    assert.equal(end.state, 'succeeded');
    assert.equal(end.step, 200);
    const [metrics] = await json('runs', 'metrics', 'long');
    assert.deepEqual(
      RunMetrics.parse(metrics).step,
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
  });

  test('a second Ctrl-C ends at once and loses nothing that was saved', async () => {
    const args = ['train', '--base', 'base', '--dataset', 'tutorial-1', '--steps', '120', '--name', 'hasty'];
    const started = startTatara(home, [...args, '--no-preflight', '--json']);
    await started.waitFor(/"type":"step"/);
    started.process.kill('SIGINT');
    started.process.kill('SIGINT');
    assert.equal((await started.ended).code, 130);
    const resumed = await json('runs', 'resume', 'hasty');
    assert.equal(z.object({ run: Run }).parse(resumed.at(-1)).run.state, 'succeeded');
  });

  test('serve answers with the token, refuses without it, and ends with Ctrl-C', async () => {
    const started = startTatara(home, ['serve', '--json']);
    const [line = ''] = (await started.waitFor(/\n/)).split('\n');
    const { url, token } = z.object({ url: z.url(), token: z.string().min(32) }).parse(JSON.parse(line));
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const ask = (headers: Record<string, string>) => fetch(`${url}/v1/models`, { headers });
    assert.equal((await ask({})).status, 401);
    const answer = await ask({ authorization: `Bearer ${token}` });
    assert.equal(answer.status, 200);
    const ids = OpenAiModelList.parse(await answer.json()).data.map((model) => model.id);
    assert.ok(ids.includes('first') && ids.includes('base'), ids.join(', '));
    started.process.kill('SIGINT');
    assert.equal((await started.ended).code, 0);
  });
});
