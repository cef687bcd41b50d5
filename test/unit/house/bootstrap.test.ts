import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tempDir } from '../../support/tempDir.ts';

const root = join(import.meta.dirname, '../../..');

/**
 * A project of nothing but the bootstrap and a lock file, and an npm that notes how it was called and "installs" what the
 * lock file says.
 */
function project(context: TestContext): { folder: string; calls(): { args: string[]; env: Record<string, string> }[] } {
  const folder = tempDir(context);
  for (const file of ['scripts/bootstrap.mjs', 'scripts/npm.mjs', 'scripts/run.mjs', 'bin/findNode.mjs']) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  writeFileSync(join(folder, 'package-lock.json'), lock('1.0.0'));
  writeFileSync(join(folder, 'say.ts'), 'const code: number = Number(process.argv[2]); process.exitCode = code;');
  writeFileSync(
    join(folder, 'fake-npm.cjs'),
    `const { appendFileSync, copyFileSync, mkdirSync } = require('node:fs');
    appendFileSync('calls', JSON.stringify({ args: process.argv.slice(2), env: process.env }) + '\\n');
    mkdirSync('node_modules', { recursive: true });
    copyFileSync('package-lock.json', 'node_modules/.package-lock.json');`,
  );
  const log = join(folder, 'calls');
  return {
    folder,
    calls: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
  };
}

function lock(version: string): string {
  return JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { optional: true } } });
}

function run(folder: string, args: string[] = ['say.ts', '0'], env: Record<string, string> = {}) {
  return spawnSync(process.execPath, [join(folder, 'scripts/run.mjs'), ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, npm_execpath: join(folder, 'fake-npm.cjs'), ...env },
  });
}

test('what is missing is installed once, and again when the lock file changes', (context) => {
  const { folder, calls } = project(context);
  assert.equal(run(folder).status, 0);
  assert.equal(calls().length, 1);
  assert.equal(run(folder).status, 0);
  assert.equal(calls().length, 1);
  writeFileSync(join(folder, 'package-lock.json'), lock('1.0.1'));
  assert.equal(run(folder).status, 0);
  assert.equal(calls().length, 2);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  assert.equal(run(folder).status, 0);
  assert.equal(calls().length, 3);
});

test('what a developer installed with npm itself is taken as it is', (context) => {
  const { folder, calls } = project(context);
  mkdirSync(join(folder, 'node_modules'));
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), lock('1.0.0'));
  assert.equal(run(folder).status, 0);
  assert.equal(calls().length, 0);
});

test('npm gets all packages whatever the outer npm was told, and keeps where to fetch them from', (context) => {
  const { folder, calls } = project(context);
  run(folder, undefined, {
    NODE_ENV: 'production',
    npm_config_omit: 'dev',
    npm_config_production: 'true',
    npm_config_dry_run: 'true',
    npm_config_global: 'true',
    npm_config_registry: 'https://registry.example/',
    npm_config_https_proxy: 'http://proxy.example:3128',
  });
  const [call] = calls();
  assert.ok(call?.args.includes('ci') && call.args.includes('--include=dev'));
  const kept = Object.keys(call?.env ?? {}).filter((name) => /^npm_config|^NODE_ENV/.test(name));
  assert.deepEqual(kept.sort(), ['npm_config_https_proxy', 'npm_config_registry']);
});

test('where npm fails it is said what to do', (context) => {
  const { folder } = project(context);
  writeFileSync(join(folder, 'fake-npm.cjs'), 'process.exit(7);');
  const result = run(folder);
  assert.equal(result.status, 1);
  assert.match(result.stderr, /npm ci failed\.\n.*\nCheck the network and the registry/);
});

test('the exit code is passed on, and a missing file is wrong usage', (context) => {
  const { folder } = project(context);
  for (const code of [0, 1, 3]) assert.equal(run(folder, ['say.ts', String(code)]).status, code);
  assert.equal(run(folder, []).status, 2);
});

test('a signal ends what was started', { skip: process.platform === 'win32' }, async (context) => {
  const { folder } = project(context);
  writeFileSync(
    join(folder, 'wait.ts'),
    "process.on('SIGTERM', () => process.exit(42)); setInterval(() => {}, 1000); console.log('up');",
  );
  const child = spawn(process.execPath, [join(folder, 'scripts/run.mjs'), 'wait.ts'], {
    env: { PATH: process.env.PATH, npm_execpath: join(folder, 'fake-npm.cjs') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [42, null]);
});
