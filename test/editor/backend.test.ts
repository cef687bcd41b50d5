/** The life of the backend as windows see it: shared, killed, started again, ended with the last of them. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { joinBackend } from '../../backend/client/connectBackend.ts';
import { pointsPast } from '../support/editor/runPage.ts';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import type { Workbench } from '../support/editor/workbench.ts';
import { projectRoot } from '../support/tatara.ts';

const crashed = 'The backend of Tatara ended unexpectedly';

describe('the backend of the studio', { skip: skipEditor }, () => {
  const editor = testEditor();
  let window: Workbench;

  before(async () => {
    window = await editor().openWindow();
    await window.openSidebar();
  });

  test('killed in the middle of a run it is started again, told once, and the run goes on', async () => {
    await window.row('Server', 'running');
    const first = await pidOf(window);
    await startLongRun();
    await (await window.statusItem()).click();
    const run = await window.webview('run');
    const before = await pointsPast(window, run, 2);

    process.kill(first, 'SIGKILL');
    await window.notice(crashed);
    const second = await anotherPid(first);
    await pointsPast(window, run, before + 2);
    await window.picture('backend crashed');

    // It is up again already: nothing is to be done, and the run goes on.
    await window.pressInNotice(crashed, 'Restart');
    const notices = window.page.locator('.notification-list-item', { hasText: crashed });
    await window.gone(notices, 'the notice that was answered');
    await pointsPast(window, run, before + 4);
    assert.equal(await pidOf(window), second);
  });

  test('killed again and again it is left alone, told once, until it is asked for', async () => {
    const notices = window.page.locator('.notification-list-item', { hasText: crashed });
    const failed = window.view('Server').getByText('The backend kept ending');
    for (let kills = 0; ; kills += 1) {
      const pid = await pidOf(window);
      process.kill(pid, 'SIGKILL');
      await window.until(
        async () => (await failed.isVisible()) || (await pidOf(window)) !== pid,
        'another backend, or that there is none',
      );
      if (await failed.isVisible()) break;
      assert.ok(kills < 10, 'it is started again for ever');
    }
    assert.equal(await notices.count(), 1);
    await window.picture('backend given up');
    await window.pressInNotice(crashed, 'Restart');
    await window.row('Server', 'running');
    process.kill(await pidOf(window), 'SIGKILL');
    await window.pressInNotice(crashed, 'Show log');
    const log = window.page.locator('.part.panel .output-view .view-lines');
    await window.see(log, 'the log');
    await window.command('Output: Focus on Output View');
    await window.page.keyboard.press('Control+Home');
    await window.see(log.getByText('fits'), 'what the log begins with');
    await window.row('Server', 'running');
  });

  test('two windows share it, and it ends with the last of them', async () => {
    const pid = await pidOf(window);
    const folder = join(editor().server.home, 'other');
    mkdirSync(folder);
    const other = await editor().openWindow(folder);
    await other.openSidebar();
    assert.equal(await pidOf(other), pid);
    await other.row('Runs', /long\s*small/);

    await window.close();
    await other.command('Tatara: Refresh');
    assert.equal(await pidOf(other), pid);
    await other.close();
    const end = Date.now() + 90_000;
    while (isAlive(pid)) {
      assert.ok(Date.now() < end, 'the backend outlives its last window');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  });

  /** The backend that the view names. */
  async function pidOf(shown: Workbench): Promise<number> {
    await using backend = await joinBackend({ environment: editor().server.environment });
    assert.ok(backend);
    await shown.row('Server', new RegExp(`${backend.url}\\s*running`));
    return backend.address.pid;
  }

  /** Waits until another process is the backend. */
  async function anotherPid(than: number): Promise<number> {
    await window.until(async () => (await pidOf(window)) !== than, 'another backend');
    return pidOf(window);
  }

  async function startLongRun(): Promise<void> {
    await using backend = await joinBackend({ environment: editor().server.environment });
    assert.ok(backend);
    const file = (name: string): string => join(projectRoot, 'media/tutorial', name);
    await backend.call('importModel', { body: { path: file('base.gguf'), name: 'small' } });
    await backend.call('importDataset', { body: { path: file('tutorial-1.jsonl'), name: 'facts' } });
    const recipe = {
      ...{ name: 'long', base: 'small', dataset: 'facts', threads: 1 },
      training: { steps: 20_000, checkpoint_every: 5 },
      evaluation: { answers: false, every: 0 },
    };
    await backend.call('createRun', { body: { recipe } });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
