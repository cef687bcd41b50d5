/** That the packaged extension comes up in a real editor, and that these tests see it where it does not. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import type { Workbench } from '../support/editor/workbench.ts';

/** What a person sees first, by its texts: views with their next step, a command, a page. */
async function firstLook(window: Workbench, texts: { view: string; step: string; command: string }): Promise<void> {
  await window.openSidebar();
  await window.see(window.view(texts.view).getByText(texts.step), `${texts.step} in ${texts.view}`, 5000);
  await window.row('Server', 'running');
  await window.command(texts.command);
  const page = await window.webview('newRun');
  await window.see(page.getByText('There is no base model yet.'), 'what is missing for a run');
}

describe('the editor with the extension as it is packaged', { skip: skipEditor }, () => {
  const editor = testEditor();

  test('views, commands and pages are there, and the backend starts when it is needed', async () => {
    const window = await editor().openWindow();
    const texts = { view: 'Runs', step: 'No run yet. A run teaches a model your data.', command: 'Tatara: New Run…' };
    await firstLook(window, texts);
    await window.picture('first look');

    // The same look with a wrong text must fail, or it would prove nothing.
    await window.closeTabs();
    const wrong = { ...texts, step: 'No run yet. A run bakes a cake.' };
    await assert.rejects(firstLook(window, wrong), /never seen within 5 s: No run yet. A run bakes a cake. in Runs/);
    await assert.rejects(window.row('Server', 'asleep', 1000), /"asleep" in the view Server; there is: .*running/);
    await assert.rejects(window.webview('recipes', 1000), /never seen within 1 s: the page recipes/);
    await window.close();
  });
});
