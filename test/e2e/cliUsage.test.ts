import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot, startScript, startTatara, tatara } from '../support/tatara.ts';
import { tempDir } from '../support/tempDir.ts';

const cases: [args: string[], code: number, error: RegExp][] = [
  [['frobnicate'], 2, /^Error: There is no command frobnicate\.\nSee tatara --help\.\n$/],
  [['train', '--bass', 'x'], 2, /^Error: There is no option --bass\.\nDid you mean --base\?\n$/],
  [['train'], 2, /^Error: Name a recipe file, or a base model and a data set: tatara train --base NAME/],
  [['train', 'r.yaml', '--learning-rate', '1'], 2, /^Error: A recipe decides everything: leave out --learning-rate,/],
  [['train', 'no-such.yaml'], 2, /^Error: The recipe no-such\.yaml cannot be read: ENOENT/],
  [['train', '--rank', '0'], 2, /^Error: --rank must be a number of at least 1, not "0"\./],
  [['train', '--base'], 2, /^Error: --base <model> needs a value\./],
  [['import'], 2, /^Error: files is missing\./],
  [['import', '--format', 'xml', 'a'], 2, /^Error: --format must be one of jsonl, json, csv, not "xml"\./],
  [['import', '--name', 'a', 'x', 'y'], 2, /^Error: --name fits one file; 2 were given\./],
  [['runs', 'show'], 2, /^Error: run is missing\./],
  [['runs', 'list', '--state', 'lost'], 2, /^Error: --state must be one of queued, .*, not "lost"\./],
  [['doctor', 'everything'], 2, /^Error: There are more arguments than this command takes\./],
  [['--lang', 'ja', 'frobnicate'], 2, /^エラー: frobnicate というコマンドはありません。\n/],
];

for (const [args, code, error] of cases) {
  test(`tatara ${args.join(' ')} is refused before anything is started`, async (context) => {
    const home = join(tempDir(context), 'home');
    const ended = await tatara(home, args);
    assert.match(ended.stderr, error);
    assert.equal(ended.stdout, '');
    assert.equal(ended.code, code);
    assert.ok(!existsSync(home));
  });
}

test('with --json an error is JSON on stderr', async (context) => {
  const ended = await tatara(tempDir(context), ['--json', 'train']);
  assert.equal(ended.code, 2);
  assert.equal(ended.stdout, '');
  const { error } = JSON.parse(ended.stderr);
  assert.equal(error.code, 'usage');
  assert.match(error.message, /Name a recipe file/);
});

const helps: [args: string[], pattern: RegExp][] = [
  [['--help'], /^Usage: tatara .*Commands:.*tutorial.*Exit codes:/s],
  [['--help', '--lang', 'ja'], /^使い方: tatara .*コマンド:.*終了コード:/s],
  [['runs', '--help'], /^Usage: tatara runs .*resume <run>.*go on from the last checkpoint/s],
  [['help', 'train'], /^Usage: tatara train .*--learning-rate/s],
  [['--version'], /^\d+\.\d+\.\d+\n$/],
];
for (const [args, pattern] of helps) {
  test(`tatara ${args.join(' ')}`, async (context) => {
    const ended = await tatara(tempDir(context), args);
    assert.match(ended.stdout, pattern);
    assert.equal(ended.code, 0);
  });
}

test('the language of the system is taken where none is asked for', async (context) => {
  const ended = await startTatara(tempDir(context), ['--help'], { LC_ALL: 'ja_JP.UTF-8' }).ended;
  assert.match(ended.stdout, /^使い方:/);
});

test('a reader that closes the pipe early is no failure', async () => {
  const child = spawn(process.execPath, [join(projectRoot, 'backend/cli.ts'), '--help'], {
    stdio: ['ignore', 'pipe', 2],
  });
  child.stdout?.destroy();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('bin/tatara.mjs finds a Node and passes arguments and exit code on', async (context) => {
  const home = tempDir(context);
  assert.match((await startScript('bin/tatara.mjs', home, ['--version']).ended).stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal((await startScript('bin/tatara.mjs', home, ['frobnicate']).ended).code, 2);
});
