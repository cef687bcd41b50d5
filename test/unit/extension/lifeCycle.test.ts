import '../../support/fakeVscode/use.ts';
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { joinBackend } from '../../../backend/client/connectBackend.ts';
import type { RunToPage } from '../../../webviews/contract/run.ts';
import { activated, gone, until } from '../../support/fakeVscode/activated.ts';
import { editor } from '../../support/fakeVscode/vscode.ts';
import { tempDir } from '../../support/tempDir.ts';
import { basicRecipe, importBasics } from '../../support/testBackend.ts';

const trees = ['tatara.datasets', 'tatara.runs', 'tatara.models', 'tatara.server'];
const ready = () => until(() => editor.context.get('tatara.backend') === 'ready', 'a backend');

test('activating starts nothing, and deactivating leaves nothing behind', async (t) => {
  const studio = await activated(t);
  assert.equal(await joinBackend({ dataDirectory: studio.home }), null);
  assert.deepEqual([...editor.views.keys()], trees);
  assert.deepEqual(editor.shown, []);
  assert.equal(editor.status.get('tatara.run')?.visible, false);
  await studio.run('tatara.startBackend');
  await studio.backend();
  studio.deactivate();
  assert.deepEqual(
    [...editor.alive].map(({ from }) => from),
    [],
  );
  assert.deepEqual([editor.views.size, editor.status.size, editor.commands.size], [0, 0, 0]);
});

test('in a workspace that is not trusted nothing runs, and it says why', async (t) => {
  const studio = await activated(t, () => {
    editor.isTrusted = false;
  });
  for (const id of trees) assert.deepEqual(await studio.tree(id), [], id);
  const status = editor.status.get('tatara.run');
  assert.deepEqual([status?.visible, status?.text], [true, '$(shield) Tatara']);
  assert.match(String(status?.tooltip), /until you trust/);
  editor.answer = ({ buttons }) => buttons.find((label) => label === 'Manage trust');
  for (const command of [
    'tatara.startBackend',
    'tatara.openDataset',
    'tatara.makeDefault',
    'tatara.copyServerAddress',
  ]) {
    await studio.run(command);
    await until(() => editor.executed.some((each) => each.command === 'workbench.trust.manage'), command);
    assert.match(editor.shown.at(-1)?.message ?? '', /^This workspace is not trusted/);
    editor.executed.length = 0;
  }
  assert.equal(await joinBackend({ dataDirectory: studio.home }), null);
  editor.isTrusted = true;
  editor.trustGranted.fire();
  assert.equal(status?.visible, false);
  assert.deepEqual(await studio.tree('tatara.datasets'), []);
  assert.equal((await (await studio.backend()).call('health')).status, 'ok');
});

test('a backend that is killed is told once and started again; Restart is a button', async (t) => {
  const studio = await activated(t);
  await studio.run('tatara.startBackend');
  const first = (await studio.backend()).address.pid;
  const log = () => editor.log.join('\n');
  await until(() => /^info Backend .* at http:\/\/127\.0\.0\.1:\d+, process \d+/m.test(log()), 'a line in the log');
  process.kill(first, 'SIGKILL');
  await until(() => editor.shown.length > 0, 'a message');
  await ready();
  const second = (await studio.backend()).address.pid;
  assert.notEqual(second, first);
  await until(() => /^debug \[backend\] request .*"path":"\/v1\/health"/m.test(log()), "the backend's own log");
  // What the editor asks by itself every few seconds is no news.
  assert.doesNotMatch(log(), /^info \[backend\] request .*"method":"GET"/m);
  assert.match(log(), /^error The backend ended/m);
  assert.deepEqual(
    editor.shown.map(({ kind, buttons }) => [kind, ...buttons]),
    [['warning', 'Show log', 'Restart']],
  );
  editor.answer = () => 'Restart';
  process.kill(second, 'SIGKILL');
  await until(() => editor.executed.some(({ command }) => command === 'tatara.restartBackend'), 'a restart');
  await ready();
  assert.equal((await studio.tree('tatara.server'))[0]?.contextValue, 'server');
  assert.equal(editor.shown.length, 2);
});

test('a backend that keeps ending is left off, and everything that shows it says so and what to do', async (t) => {
  const studio = await activated(t);
  const end = async (): Promise<unknown> => {
    const { pid } = (await studio.backend()).address;
    process.kill(pid, 'SIGKILL');
    await until(() => editor.context.get('tatara.backend') !== 'ready', 'the end');
    return editor.context.get('tatara.backend');
  };
  await studio.run('tatara.startBackend');
  const client = await studio.backend();
  await importBasics({ client, directory: studio.home });
  const recipe = basicRecipe({ threads: 1, training: { steps: 20_000 }, evaluation: { answers: false, every: 0 } });
  const { id } = await client.call('createRun', { body: { recipe } });
  await studio.run('tatara.openRun', id);
  await until(() => editor.pages.length === 1, 'the page of the run');
  const page = editor.pages[0]!;
  const told = (): string[] => (page.posted as RunToPage[]).map(({ type }) => type);
  page.say({ type: 'ready' });
  await until(() => told().includes('checkpoints'), 'the run');

  while ((await end()) !== 'failed') await studio.run('tatara.startBackend');
  await until(() => editor.shown.some(({ kind }) => kind === 'error'), 'that it was given up');
  for (const { message } of editor.shown) assert.doesNotMatch(message, /being started/);
  const last = editor.shown.at(-1);
  assert.match(last?.message ?? '', /kept ending, so it was left off\./);
  assert.deepEqual([last?.kind, last?.buttons], ['error', ['Show log', 'Restart']]);
  for (const id of trees) {
    const rows = await studio.tree(id);
    assert.deepEqual(
      rows.map(({ label, description, command }) => [label, description, command?.command]),
      [['The backend kept ending', 'click to restart', 'tatara.restartBackend']],
    );
  }
  assert.match(String(editor.status.get('tatara.run')?.tooltip), /^The backend kept ending/);
  await until(() => told().includes('lost'), 'that the page knows nothing more');
  page.say({ type: 'showLog' });
  await until(() => editor.log.includes('(shown)'), 'the log');
  page.posted.length = 0;
  page.say({ type: 'ready' });
  await until(() => told().includes('run'), 'the run again');
  await ready();
  // What a person asks for begins anew.
  assert.equal(await end(), 'restarting');
  await ready();
});

test('a second window uses the same backend, which stays when the first is closed', async (t) => {
  const studio = await activated(t);
  await studio.run('tatara.startBackend');
  const other = await studio.backend();
  assert.deepEqual((await studio.tree('tatara.server'))[0]?.label, other.url);
  studio.deactivate();
  assert.equal((await other.call('health')).pid, other.address.pid);
});

test('what was stopped stays stopped until it is needed', async (t) => {
  const studio = await activated(t);
  await studio.run('tatara.startBackend');
  const { pid } = (await studio.backend()).address;
  editor.answer = () => 'Stop';
  await studio.run('tatara.stopBackend');
  await gone(pid);
  assert.deepEqual(
    (await studio.tree('tatara.runs')).map(({ label }) => label),
    ['The backend was stopped'],
  );
  assert.equal(editor.shown.length, 1);
  await studio.run('tatara.startBackend');
  assert.notEqual((await studio.backend()).address.pid, pid);
});

const wrongSettings: [setting: string, value: unknown, told: RegExp][] = [
  ['nodePath', 24, /^The setting "tatara\.nodePath" cannot be used: it must be a text/],
  ['nodePath', 'node', /"node" is not an absolute path\. Change it, or leave it empty\.$/],
  [
    'dataDirectory',
    './data',
    /^The setting "tatara\.dataDirectory" cannot be used: "\.\/data" is not an absolute path/,
  ],
];
for (const [setting, value, told] of wrongSettings) {
  test(`the setting ${setting} ${JSON.stringify(value)} is refused by name, with a button to the settings`, async (t) => {
    const studio = await activated(t);
    editor.settings.set(`tatara.${setting}`, value);
    editor.answer = () => 'Open settings';
    await studio.run('tatara.startBackend');
    await until(() => editor.executed.length > 0, 'the settings');
    const [shown] = editor.shown;
    assert.match(shown?.message ?? '', told);
    assert.equal(editor.executed[0]?.command, 'workbench.action.openSettings');
    const [failed] = await studio.tree('tatara.models');
    assert.deepEqual([failed?.label, failed?.command?.command], ['The backend did not start', 'tatara.restartBackend']);
    assert.equal(editor.status.get('tatara.run')?.text, '$(error) Tatara');
    editor.settings.clear();
    await studio.run('tatara.restartBackend');
    await ready();
  });
}

test('a Node that cannot load the libraries is named, and another one is asked for', {
  skip: process.platform === 'win32',
}, async (t) => {
  const path = join(tempDir(t), 'node');
  writeFileSync(path, '#!/bin/sh\necho "Error: The module was compiled against another ABI" >&2\nexit 1\n');
  chmodSync(path, 0o755);
  const studio = await activated(t);
  editor.settings.set('tatara.nodePath', path);
  editor.answer = ({ buttons }) => buttons[0];
  await studio.run('tatara.startBackend');
  await until(() => editor.executed.length > 0, 'the settings');
  const message = editor.shown[0]?.message ?? '';
  assert.ok(message.includes(path) && /another ABI/.test(message) && /22\.14 or later/.test(message), message);
  assert.deepEqual(editor.executed[0], { command: 'workbench.action.openSettings', args: ['tatara.nodePath'] });
  assert.ok(editor.log.some((line) => line.startsWith('warn ') && line.includes('does not fit')));
});

test('a setting that needs a new backend offers to start it again', async (t) => {
  const studio = await activated(t);
  const change = { affectsConfiguration: (section: string) => section === 'tatara.dataDirectory' };
  editor.settingsChanged.fire(change);
  assert.equal(editor.shown.length, 0);
  await studio.run('tatara.startBackend');
  const { pid } = (await studio.backend()).address;
  editor.answer = () => 'Restart';
  editor.settingsChanged.fire({ affectsConfiguration: () => false });
  assert.equal(editor.shown.length, 0);
  editor.settingsChanged.fire(change);
  await gone(pid);
  await ready();
  const [offered] = [...editor.shown];
  assert.match(offered?.message ?? '', /takes effect when the backend is started again/);
});
