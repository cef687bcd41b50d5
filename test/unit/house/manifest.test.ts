import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchers } from '../../../extension/launchers.ts';
import { extensionPage } from '../../../scripts/extensionPage.ts';
import { type Lock, runtimePackages } from '../../../scripts/runtimePackages.ts';
import { assertGolden } from '../../support/golden.ts';
import { tempDir } from '../../support/tempDir.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifest = read('package.json');
const lock: Lock = read('package-lock.json');
const english: Record<string, string> = read('package.nls.json');
const japanese: Record<string, string> = read('package.nls.ja.json');

test('every command of the manifest is registered, and no other', () => {
  const sources = globSync('extension/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const registered = sources.flatMap((source) =>
    [...source.matchAll(/registerCommand\(\s*'([^']+)'/g)].map((match) => match[1] ?? ''),
  );
  const declared = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  assert.deepEqual(registered.sort(), declared.sort());
});

test('every text of the manifest is there in both languages', () => {
  const used = [...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '').sort();
  assert.deepEqual([...new Set(used)], Object.keys(english).sort());
  assert.deepEqual(Object.keys(japanese).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(japanese)) {
    if (key.endsWith('.page')) continue;
    assert.match(text, /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, key);
    assert.doesNotMatch(english[key] ?? '', /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u, key);
    assert.deepEqual(commandLinks(text), commandLinks(english[key] ?? ''), key);
  }
});

test('every command that the manifest leads to is one of its own or of VS Code', () => {
  const declared = new Set(manifest.contributes.commands.map(({ command }: { command: string }) => command));
  const { menus } = manifest.contributes;
  const used: string[] = Object.values<{ command: string }[]>(menus).flatMap((rows) => rows.map((row) => row.command));
  for (const text of [...Object.values(english), ...Object.values(japanese)]) used.push(...commandLinks(text));
  assert.ok(used.length > 30);
  for (const command of used) assert.ok(declared.has(command) || command === 'workbench.trust.manage', command);
});

test('every view of the manifest is made, and no other', () => {
  const sources = globSync('extension/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const made = sources.flatMap((source) =>
    [...source.matchAll(/(?:openShelfTree|createTreeView)\('([^']+)'/g)].map((match) => match[1] ?? ''),
  );
  const declared = manifest.contributes.views.tatara.map(({ id }: { id: string }) => id);
  assert.deepEqual(made.sort(), declared.sort());
});

test('every setting of the manifest is read, and no other', () => {
  const sources = globSync('extension/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const read = sources.flatMap((source) =>
    [...source.matchAll(/settings\.get\('([^']+)'/g)].map((match) => `tatara.${match[1]}`),
  );
  assert.deepEqual(read.sort(), Object.keys(manifest.contributes.configuration.properties).sort());
});

test('the walkthrough has five steps, each with its page in both languages', () => {
  const [{ steps }] = manifest.contributes.walkthroughs;
  assert.equal(steps.length, 5);
  for (const { id, media } of steps) {
    assert.equal(media.markdown, `%walkthrough.${id}.page%`);
    for (const texts of [english, japanese]) {
      assert.ok(existsSync(join(root, texts[`walkthrough.${id}.page`] ?? '')), id);
    }
  }
});

test('every step of the walkthrough is ticked off by what was done, and something says that it was', () => {
  const sources = globSync('extension/**/*.ts', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const milestones = /export type Milestone = ([^;]+);/.exec(sources.join('\n'))?.[1] ?? '';
  const reached = [...milestones.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? '');
  for (const name of reached) assert.match(sources.join('\n'), new RegExp(`reach\\([^)]*'${name}'`), name);
  const [{ steps }] = manifest.contributes.walkthroughs;
  const asked = steps.flatMap(({ completionEvents }: { completionEvents: string[] }) => completionEvents);
  assert.deepEqual(asked, [
    'onContext:tatara.backend == ready',
    ...reached.toSorted((a, b) => order(a) - order(b)).map((name) => `onContext:tatara.${name}`),
  ]);
});

/** Of the steps: bring, ask, tune, ask again. */
function order(milestone: string): number {
  return ['hasTutorial', 'askedBase', 'hasTutorialRun', 'askedTuned'].indexOf(milestone);
}

test('docs/extension.md has all of the manifest (node scripts/run.mjs scripts/extensionDocs.ts writes it)', () => {
  const page = readFileSync(join(root, 'docs/extension.md'), 'utf8');
  assert.equal(page, extensionPage());
  const { commands, configuration, walkthroughs } = manifest.contributes;
  for (const { command } of commands) assert.ok(page.includes(`| \`${command}\` |`), command);
  for (const name of Object.keys(configuration.properties)) assert.ok(page.includes(`| \`${name}\` | machine |`), name);
  for (const { steps } of walkthroughs) {
    for (const { title } of steps) assert.ok(page.includes(japanese[title.slice(1, -1)] ?? title), title);
  }
  assert.doesNotMatch(page, /%\w/);
});

test('a setting says what fits, and an absolute path does', () => {
  for (const [name, setting] of Object.entries<Record<string, string>>(manifest.contributes.configuration.properties)) {
    assert.equal(setting.type, 'string', name);
    const pattern = new RegExp(setting.pattern ?? '');
    for (const fitting of ['', '/usr/bin/node', 'C:\\node\\node.exe', '\\\\server\\share']) {
      assert.match(fitting, pattern, name);
    }
    for (const wrong of ['node', './x', '~/x', ' /x']) assert.doesNotMatch(wrong, pattern, name);
  }
});

test('every script of the manifest starts a file that is there', () => {
  for (const [name, line] of Object.entries<string>(manifest.scripts)) {
    for (const [file] of line.matchAll(/[\w./]+\.(mjs|ts)\b/g))
      assert.ok(existsSync(join(root, file)), `${name}: ${file}`);
  }
});

// npm ci refuses a lock file in which a package of another platform is missing, and npm install leaves such a one out
// in silence where the registry does not have it.
test('the lock file has every package that one of its packages names, for every platform', () => {
  const names = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 13)));
  for (const [path, locked] of Object.entries(lock.packages)) {
    for (const name of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) {
      assert.ok(names.has(name), `${path || 'package.json'} needs ${name}`);
    }
  }
});

test('every package that wants to run a script at install is decided about', () => {
  const wanting = Object.entries(lock.packages)
    .filter(([, locked]) => 'hasInstallScript' in locked)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 13));
  for (const name of wanting) assert.ok(name in manifest.allowScripts, name);
});

test('of the native packages only those for one platform are shipped', () => {
  for (const [platform, arch, library] of [
    ['linux', 'x64', 'linux-x64'],
    ['darwin', 'arm64', 'mac-arm64-metal'],
    ['win32', 'x64', 'win-x64'],
  ] as const) {
    const paths = runtimePackages(lock, platform, arch).map(({ path }) => path);
    assert.deepEqual(
      paths.filter((path) => path.includes('@node-llama-cpp/')),
      [`node_modules/@node-llama-cpp/${library}`],
    );
    for (const name of ['better-sqlite3', 'koffi', 'node-llama-cpp']) assert.ok(paths.includes(`node_modules/${name}`));
  }
});

test('what is shipped for each platform is what was looked at', () => {
  for (const platform of ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64']) {
    const [system = '', arch = ''] = platform.split('-');
    const paths = runtimePackages(lock, system, arch).map(({ path }) => path.replace('node_modules/', ''));
    assertGolden(`package/${platform}.packages.golden.json`, paths.sort());
  }
});

test('the launcher passes arguments on, whatever is in the paths', {
  skip: process.platform === 'win32',
}, (context) => {
  const folder = join(tempDir(context), "it's a folder");
  mkdirSync(folder);
  const script = join(folder, 'show.mjs');
  writeFileSync(script, 'console.log(JSON.stringify([process.argv.slice(2), process.env.ELECTRON_RUN_AS_NODE]));');
  const [launcher] = launchers(process.execPath, script);
  assert.equal(launcher?.name, 'tatara');
  const output = execFileSync('sh', ['-c', launcher?.text ?? '', 'tatara', 'a b', "c'd"], { encoding: 'utf8' });
  assert.deepEqual(JSON.parse(output), [['a b', "c'd"], '1']);
});

function commandLinks(text: string): string[] {
  return [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? '').sort();
}
