/** A lesson in the editor, as a person does it who never leaves its page for long. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';

describe('a lesson in the editor', { skip: skipEditor }, () => {
  const editor = testEditor();

  test('its data is brought in, its run made, its models asked, and the check tells what was done', async () => {
    const window = await editor().openWindow();
    await window.openSidebar();
    const open = async () => {
      await window.command('Tatara: Open Lessons…');
      await window.pick('Level 1: five questions, learned by heart');
      return window.webview('lesson');
    };

    const before = await open();
    await (await window.see(before.getByText('Check this lesson'), 'the check')).click();
    await window.see(before.getByText('0 of 6 done'), 'that nothing was done yet');
    await window.see(before.getByText('Next: Train by the recipe'), 'what to do first');
    await before.getByText('Bring in the data').click();
    await window.see(before.getByText('The data is there.'), 'that the data is there');
    await window.row('Data Sets', /level-1\.en\s*5 rows/);

    await before.getByText('Open a new run with the recipe').click();
    const newRun = await window.webview('newRun');
    await newRun.getByText('Measure', { exact: true }).click();
    await (await window.see(newRun.getByText('Start', { exact: true }), 'Start')).click();
    const run = await window.webview('run');
    const verdict = run.locator('.verdict');
    await window.see(verdict, 'the verdict', 240_000);
    assert.match(await verdict.innerText(), /^No difference shown\./);

    const after = await open();
    await (await window.see(after.getByText('Check this lesson'), 'the check again')).click();
    await window.see(after.getByText('This lesson is done.'), 'that the lesson is done', 120_000);
    await window.see(after.getByText('5 of 5 right, the base 0'), 'what was measured');
    await window.picture('lesson done');
    await after.getByText('Go on with level 2').click();
    const next = await window.webview('lesson');
    await window.see(next.getByText('Level 2: twenty technical terms'), 'the next lesson');
  });
});
