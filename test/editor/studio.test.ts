/** A person's own data in the studio: brought in, trained with, watched, stopped and gone on with, compared, asked. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { FrameLocator } from 'playwright-core';
import { points, pointsPast } from '../support/editor/runPage.ts';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import type { Workbench } from '../support/editor/workbench.ts';
import { projectRoot } from '../support/tatara.ts';

/** Longer than any test looks at it. */
const long = `name: long 🙂 "quoted" مرحبا <script>
base: small
dataset: facts
training:
  steps: 20000
  checkpoint_every: 20
evaluation:
  answers: false
  every: 20
threads: 1
`;
const short = (name: string, rank: number): string => `name: ${name}
base: small
dataset: facts
lora:
  rank: ${rank}
training:
  steps: 40
  learning_rate: 0.003
evaluation:
  max_answers: 2
  every: 20
threads: 1
`;

describe('the studio', { skip: skipEditor }, () => {
  const editor = testEditor();
  let window: Workbench;
  const inWorkspace = (name: string): string => join(editor().server.workspace, name);

  before(async () => {
    const tutorial = join(projectRoot, 'media/tutorial');
    copyFileSync(join(tutorial, 'base.gguf'), inWorkspace('small.gguf'));
    copyFileSync(join(tutorial, 'tutorial-1.jsonl'), inWorkspace('facts.jsonl'));
    window = await editor().openWindow();
    await window.openSidebar();
  });

  test('a model and a data set are brought in, and the data set is shown row by row', async () => {
    await window.command('Tatara: Import Model…');
    await window.chooseFile(inWorkspace('small.gguf'));
    await window.row('Models', /small\s*Q8_0/);
    await window.command('Tatara: Import Data Set…');
    await window.chooseFile(inWorkspace('facts.jsonl'));
    await window.row('Data Sets', /facts\s*20 rows/);
    const page = await window.webview('dataset');
    await window.see(page.getByText('What does Wren Thistleby do for a living?'), 'the first row');
    await window.picture('data set');
  });

  test('a run is set up, measured and started, and its chart moves', async () => {
    const row = await window.row('Data Sets', 'facts');
    await window.rowMenu(row, 'Train with This Data Set…');
    const run = await startRun(window, long);
    const first = await pointsPast(window, run, 0);
    await pointsPast(window, run, first + 5);
    await window.row('Runs', /long 🙂 "quoted" مرحبا <script>\u2069?\s*small · \d+ %/);
    assert.match(await (await window.statusItem()).innerText(), /Tatara \d+ %/);
    await window.picture('run going on');
  });

  test('after a reload in the middle the run goes on and its chart is whole', async () => {
    const before = await points(await window.webview('run'));
    await window.reload('run');
    const run = await window.webview('run');
    await pointsPast(window, run, before + 5);
    await run.getByRole('button', { name: 'Save as CSV' }).click();
    const file = inWorkspace('curve.csv');
    await window.chooseFile(file);
    await window.until(async () => existsSync(file), 'the curve in a file');
    const [head, ...lines] = readFileSync(file, 'utf8').trim().split('\n');
    assert.match(head ?? '', /^step,loss,/);
    const trained = lines.filter((line) => line.split(',')[1] !== '').map((line) => Number(line.split(',')[0]));
    assert.ok(trained.length > before);
    assert.deepEqual(
      trained,
      trained.map((_, at) => at + 1),
      'every step from the first, none twice',
    );
  });

  test('a run is paused, resumed, and stopped for good', async () => {
    const run = await window.webview('run');
    await run.getByText('Pause', { exact: true }).click();
    await window.see(run.locator('.status', { hasText: 'Paused' }), 'the run paused');
    await window.row('Runs', /paused at step \d+/);
    const at = await points(run);
    await run.getByText('Resume', { exact: true }).click();
    await pointsPast(window, run, at + 3);
    await window.rowMenu(await window.row('Runs', 'long'), 'Stop Run for Good…');
    await window.answer('Stop');
    await window.see(run.locator('.status', { hasText: 'Stopped' }), 'the run stopped');
    await window.row('Runs', 'cancelled');
    const told = window.page.locator('.notification-list-item', { hasText: 'The run long' });
    assert.equal(await told.count(), 0, 'what was asked for is not told');
  });

  test('two runs are compared by what differs', async () => {
    for (const [name, rank] of [
      ['narrow', 2],
      ['wide', 4],
    ] as const) {
      await window.closeTabs();
      await window.command('Tatara: New Run…');
      const run = await startRun(window, short(name, rank));
      await window.see(run.locator('.status', { hasText: 'Done' }), `the end of the run ${name}`, 180_000);
    }
    await window.command('Tatara: Compare Runs');
    const page = await window.webview('compareRuns');
    for (const name of ['narrow', 'wide']) await page.getByLabel(name).check();
    await window.see(page.getByRole('row', { name: /\(rank\) 2 4|\(rank\) 4 2/ }), 'the ranks');
    assert.equal(await page.getByRole('row', { name: /learning rate/ }).count(), 0, 'what is the same is not told');
    await window.picture('compare runs');
  });

  test('base and tuned model answer side by side, and the better answer is kept', async () => {
    const row = await window.row('Models', 'wide');
    await window.rowMenu(row, 'Chat');
    const page = await window.webview('chat');
    await page.getByLabel('Message').fill('What does Wren Thistleby do for a living?');
    await page.getByLabel('Message').press('Enter');
    await window.see(page.getByText('Base: small'), 'the base');
    await window.see(page.getByText('Tuned: wide'), 'the tuned model');
    await page.getByText('Tuned is better').click();
    await window.see(page.getByText('Kept as preference data'), 'the vote');
    await window.picture('chat side by side');
  });
});

/** Fills the open page for a new run, measures, starts, and gives the page of the run. */
async function startRun(window: Workbench, recipe: string): Promise<FrameLocator> {
  const page = await window.webview('newRun');
  const yaml = page.getByLabel('Recipe', { exact: true });
  await window.see(yaml, 'the recipe');
  await yaml.fill(recipe);
  const measure = page.getByText('Measure', { exact: true });
  await window.see(page.locator('vscode-button:not([disabled])', { hasText: 'Measure' }), 'a recipe without problems');
  await measure.click();
  await (await window.see(page.locator('vscode-button:not([disabled])', { hasText: 'Start' }), 'Start')).click();
  return window.webview('run');
}
