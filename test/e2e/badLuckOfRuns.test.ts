/** What a person sees on the page of a run when something breaks: the page as built, a real backend, a fake engine. */
import assert from 'node:assert/strict';
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { RunFollower } from '../../extension/webviewHost/training/runFollower.ts';
import type { RunToHost } from '../../webviews/contract/run.ts';
import type { FakeScript } from '../support/fakeEngine.ts';
import { basicRecipe, eventsUntil, importBasics, testBackend, tutorialBase } from '../support/testBackend.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { openWebview } from '../support/webviewHarness/openWebview.ts';

const browser = await openBrowser();

/** A backend, and the page of a run with the host that follows it, as in the editor but for the editor. */
async function start(t: TestContext, script: FakeScript) {
  const backend = await testBackend(t, script);
  await importBasics(backend);
  const open = async (runId: string) => {
    let send: (message: unknown) => void = () => {};
    const follower = new RunFollower({
      runId,
      language: 'en',
      backend: async () => backend.client,
      send: (message) => send(message),
      onNamed: () => {},
    });
    const opened = await openWebview<RunToHost>(browser!, {
      name: 'run',
      state: { runId },
      onMessage: async (message, answer) => {
        send = answer;
        if (message.type === 'ready') void follower.follow();
        else if (message.type === 'do' && message.action === 'resume') {
          await backend.client.call('resumeRun', { params: { id: runId } });
          void follower.follow();
        }
      },
    });
    t.after(async () => {
      follower[Symbol.dispose]();
      await opened[Symbol.asyncDispose]();
    });
    return opened;
  };
  return { backend, client: backend.client, open };
}

describe('bad luck on the page of a run', { skip: browser === null && 'no browser' }, () => {
  after(() => browser?.close());

  test('an engine that dies is told with what to do, and the run goes on where it was', async (t) => {
    const { client, open } = await start(t, { stepTime: 20, crashBefore: 12 });
    const recipe = basicRecipe({ training: { steps: 30, checkpoint_every: 5 } });
    const { id } = await client.call('createRun', { body: { recipe } });
    const { page, complaints } = await open(id);
    await page.getByText('Failed', { exact: true }).waitFor();
    const banner = page.getByRole('alert').filter({ visible: true });
    assert.match((await banner.textContent()) ?? '', /engine.*SIGKILL/i);
    assert.match(await page.locator('.status').innerText(), /step 11 of 30/);
    await page.getByText('Resume', { exact: true }).click();
    await page.getByText('Done', { exact: true }).waitFor();
    assert.match(await page.locator('.status').innerText(), /step 30 of 30/);
    assert.equal(await banner.count(), 0);
    // Steps 11 and on were made again, and stand in the curve once.
    await page.getByRole('img', { name: /Loss curve: 30 steps/ }).waitFor();
    assert.deepEqual(complaints, []);
  });

  test('a full disk is told as one, with what to do', async (t) => {
    const failBefore = { step: 6, code: 'disk_full', details: { path: '/data/checkpoint' } };
    const { backend, client, open } = await start(t, { stepTime: 20, failBefore });
    const { id } = await client.call('createRun', { body: { recipe: basicRecipe({ training: { steps: 20 } }) } });
    const { page } = await open(id);
    await page.getByText('The disk is full: /data/checkpoint could not be written.').waitFor();
    await page.getByText('Free some space and try again.').waitFor();
    backend.script({ stepTime: 1 });
    await page.getByText('Resume', { exact: true }).click();
    await page.getByText('Done', { exact: true }).waitFor();
  });

  test('a model file that is deleted under a run is named, and the run ends well once it is back', async (t) => {
    const { backend, client, open } = await start(t, { stepTime: 40 });
    const path = join(backend.directory, 'mine.gguf');
    copyFileSync(tutorialBase, path);
    // The same content is the same model: its old place goes first.
    const { models } = await client.call('listBases');
    await client.call('deleteModel', { params: { id: models[0]!.id } });
    await client.call('importModel', { body: { path, name: 'base' } });
    const { id } = await client.call('createRun', { body: { recipe: basicRecipe({ training: { steps: 25 } }) } });
    const { page } = await open(id);
    await eventsUntil(client, id, (event) => event.type === 'step' && event.step >= 3);
    renameSync(path, `${path}.away`);
    await page.getByText('Failed', { exact: true }).waitFor();
    await page.getByText(`The file of the model base is gone: ${path}`).waitFor();
    await page.getByText('Put it back, or import it from where it is now.').waitFor();
    const checkpoint = page.locator('.checkpoints').getByRole('row', { name: /25/ });
    await checkpoint.waitFor();
    renameSync(`${path}.away`, path);
    await page.getByText('Resume', { exact: true }).click();
    await page.getByText('Done', { exact: true }).waitFor();
  });

  test('a backend that goes away and comes back loses no step of the page', async (t) => {
    const { backend, client, open } = await start(t, { stepTime: 30 });
    const recipe = basicRecipe({ training: { steps: 60, checkpoint_every: 5 } });
    const { id } = await client.call('createRun', { body: { recipe } });
    const { page } = await open(id);
    await eventsUntil(client, id, (event) => event.type === 'step' && event.step >= 8);
    await backend.restart();
    await page
      .getByRole('button', { name: 'Restart' })
      .or(page.getByText('Paused', { exact: true }))
      .first()
      .waitFor();
    await backend.client.call('resumeRun', { params: { id } });
    const again = await open(id);
    await again.page.getByText('Done', { exact: true }).waitFor();
    await again.page.getByRole('img', { name: /Loss curve: 60 steps/ }).waitFor();
  });
});
