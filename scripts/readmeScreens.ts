/**
 * Makes the pictures of README and of the marketplace, media/screens: the packaged extension in a real editor, with the
 * tutorial's model, data and runs. Needs pngquant. `node scripts/run.mjs scripts/readmeScreens.ts [NAME...]`
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { editorTools } from '../test/support/editor/editorServer.ts';
import { openEditor } from '../test/support/editor/openEditor.ts';
import { editorThemes } from '../test/support/editor/themes.ts';
import type { Workbench } from '../test/support/editor/workbench.ts';
import { openStudio } from '../test/support/studio.ts';

const folder = join(import.meta.dirname, '../media/screens');
/** A picture in a README is not to be waited for. */
const mostBytes = 150_000;

/**
 * What leads to each picture, in the order in which a person comes to it. The text of a row of a tree is its name and
 * what stands beside it, without a space.
 */
const shots: Readonly<Record<string, (window: Workbench) => Promise<void>>> = {
  async dataset(window) {
    await window.rowMenu(await window.row('Data Sets', 'town-facts'), 'Open');
    const page = await window.webview('dataset');
    await page.locator('.line[data-at="1"]').click();
    await page.getByRole('tab').nth(1).click();
    await page.locator('.token.learned').first().waitFor();
  },
  async 'new-run'(window) {
    await window.rowMenu(await window.row('Data Sets', /^tutorial-1\d/), 'Train');
    const page = await window.webview('newRun');
    await page.locator('.as-recommended').nth(3).waitFor();
    await page.locator('.actions vscode-button:visible').first().click();
    await page.locator('.figures:not(.stale)').waitFor();
  },
  async run(window) {
    await window.rowMenu(await window.row('Runs', /^tutorial-1tutorial-base/), 'Open');
    await (await window.webview('run')).locator('.verdict').waitFor();
  },
  async 'compare-runs'(window) {
    await window.rowMenu(await window.row('Runs', /^tutorial-1tutorial-base/), 'Compare');
    const page = await window.webview('compareRuns');
    for (const name of ['tutorial-1 rank 2', 'tutorial-1 large steps']) await page.getByLabel(name).check();
    await page.locator('.table th[scope=col]').nth(2).waitFor();
  },
  async chat(window) {
    await window.rowMenu(await window.row('Models', /^tutorial-1proven/), 'Chat');
    const page = await window.webview('chat');
    for (const question of ['Where does Wren Thistleby live?', 'Does Milo Glenbell have a pet?']) {
      await page.locator('textarea.input:not([disabled])').fill(question);
      await page.locator('textarea.input').press('Enter');
      await page.locator('.turn', { hasText: question }).locator('.votes').waitFor();
    }
    await page.locator('.vote.second').last().click();
    await page.locator('.vote[aria-pressed=true]').waitFor();
  },
  async lesson(window) {
    await window.command('Tatara: Open Lessons…');
    await window.pick('Level 1');
    await (await window.webview('lesson')).locator('.step vscode-button').first().waitFor();
  },
};

const wanted = process.argv.slice(2);
const tools = editorTools();
if (typeof tools === 'string') throw new Error(tools);
if (spawnSync('pngquant', ['--version']).error)
  throw new Error('pngquant is not on the PATH: apt-get install pngquant');
mkdirSync(folder, { recursive: true });
const home = mkdtempSync(join(tmpdir(), 'tatara-pictures-'));
const settings = { ...editorThemes.dark, 'window.commandCenter': false, 'workbench.layoutControl.enabled': false };
try {
  await using editor = await openEditor(tools, { settings, width: 1280, height: 800 });
  const window = await editor.openWindow();
  await window.openSidebar();
  await window.row('Server', 'running');
  const { dataDirectory, environment } = editor.server;
  await using _studio = await openStudio(home, { dataDirectory, environment });
  for (const [name, lead] of Object.entries(shots)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      await lead(window);
      await window.command('Notifications: Clear All Notifications');
      // The pointer would leave a row marked, and the last answer of the page may still be on its way.
      await window.page.mouse.move(700, 2);
      await delay(1500);
      keep(name, await window.page.screenshot());
    } catch (error) {
      // The others are worth their minutes all the same.
      console.error(`${name}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
    await window.closeTabs();
  }
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 3 });
}

/** Writes a picture with a palette of its own, which screens of few colours lose nothing by. */
function keep(name: string, png: Buffer): void {
  const path = join(folder, `${name}.png`);
  const { status, stdout, stderr } = spawnSync('pngquant', ['--strip', '--speed', '1', '256', '-'], {
    input: png,
    maxBuffer: 16 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`pngquant ended with ${status}: ${stderr}`);
  writeFileSync(path, stdout);
  const { size } = statSync(path);
  if (size > mostBytes) throw new Error(`${path} is ${size} bytes, more than ${mostBytes}`);
  console.log(`${path}  ${size} bytes`);
}
