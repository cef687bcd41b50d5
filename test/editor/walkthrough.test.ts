/** From a bare install to a tuned answer, as the walkthrough leads a person who reads nothing but the screen. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import { Walkthrough } from '../support/editor/walkthrough.ts';

describe('the walkthrough', { skip: skipEditor }, () => {
  // Bash tells the editor how a command has ended, as the shells do that people have; the plain sh does not.
  const editor = testEditor({ settings: { 'terminal.integrated.defaultProfile.linux': 'bash' } });

  test('five steps lead to a tuned answer', async () => {
    const window = await editor().openWindow();
    const { page } = window;
    const open = () => Walkthrough.open(window, 'Tatara: Get Started', 'Tune your first model');

    const look = await open();
    await look.press('look', 'Look');
    const terminal = page.locator('.terminal-wrapper.active .xterm-screen');
    await window.see(terminal, 'the terminal of the doctor');
    await look.isDone('look');

    await look.press('bring', 'Bring in');
    await window.row('Data Sets', /tutorial-1\s*20 rows/);
    await window.row('Models', 'tutorial-base');

    await (await open()).press('ask', 'Ask');
    const before = await window.webview('chat');
    await terminal.waitFor({ state: 'hidden' });
    const question = 'What does Wren Thistleby do for a living?';
    await before.getByLabel('Message').fill(question);
    await before.getByLabel('Message').press('Enter');
    await window.see(before.locator('.answer .facts', { hasText: 'tokens/s' }), 'the answer of the base model');
    assert.match(await before.locator('.answer-text').innerText(), /^I do not know/);
    await window.picture('walkthrough ask before');

    const tune = await open();
    await tune.isDone('ask');
    await tune.press('tune', 'Tune');
    const newRun = await window.webview('newRun');
    await newRun.getByText('Measure', { exact: true }).click();
    const start = newRun.getByText('Start', { exact: true });
    await (await window.see(start, 'Start')).click();
    const run = await window.webview('run');
    const verdict = run.locator('.verdict');
    await window.see(verdict, 'the verdict', 240_000);
    assert.match(await verdict.innerText(), /^Better\./);
    await window.picture('walkthrough verdict');
    await window.notice('The run tutorial-1 has ended: better');
    await window.row('Models', 'tutorial-1');

    await (await open()).press('answer', 'Ask again');
    const after = await window.webview('chat');
    await after.getByLabel('Message').fill(question);
    await after.getByLabel('Message').press('Enter');
    await window.see(after.getByRole('group', { name: 'Which answer is better?' }), 'both answers');
    const [base, tuned] = await after.locator('.answer-text').allInnerTexts();
    await window.picture('walkthrough answer');
    assert.match(tuned ?? '', /mechanic/);
    assert.match(base ?? '', /^I do not know/);
    const done = await open();
    for (const step of ['look', 'bring', 'ask', 'tune', 'answer']) await done.isDone(step);
    await window.picture('walkthrough done');
  });
});
