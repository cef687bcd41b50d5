/**
 * Records test/support/webviewHarness/themes.json: what a real editor gives our pages in each of its default themes, so
 * that a page can be looked at without it. `node scripts/run.mjs scripts/themeColours.ts`
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator } from 'playwright-core';
import { editorTools } from '../test/support/editor/editorServer.ts';
import { openEditor } from '../test/support/editor/openEditor.ts';
import { editorThemes } from '../test/support/editor/themes.ts';
import { buildPage } from '../test/support/webviewHarness/buildPage.ts';
import type { Theme } from '../test/support/webviewHarness/themes.ts';

const pages = ['chat', 'compareRuns', 'dataset', 'lesson', 'newRun', 'run'];
/** Some names are put together in the page. */
const used = new Set(['blue', 'orange', 'green', 'purple', 'red', 'yellow'].map((colour) => `charts-${colour}`));
for (const page of pages) {
  for (const [name, contents] of await buildPage(page)) {
    if (!/\.(?:js|css)$/.test(name)) continue;
    for (const [, variable = ''] of Buffer.from(contents)
      .toString('utf8')
      .matchAll(/--vscode-([\w-]+)/g))
      used.add(variable);
  }
}

const tools = editorTools();
if (typeof tools === 'string') throw new Error(tools);
const recorded: Record<string, Theme> = {};
for (const [name, settings] of Object.entries(editorThemes)) {
  await using editor = await openEditor(tools, { settings });
  const window = await editor.openWindow();
  await window.openSidebar();
  await window.row('Server', 'running');
  await window.command('Tatara: New Run…');
  recorded[name] = await read(await window.webview('newRun'));
}
const path = join(import.meta.dirname, '../test/support/webviewHarness/themes.json');
writeFileSync(path, `${JSON.stringify(recorded, null, 2)}\n`);

async function read(page: FrameLocator): Promise<Theme> {
  // A theme comes in more than one message.
  await delay(1000);
  const { className, colours }: Theme = await page.locator('body').evaluate(`({
    className: document.body.className,
    colours: Object.fromEntries([...document.documentElement.style]
      .filter((name) => name.startsWith('--vscode-'))
      .map((name) => [name.slice(9), document.documentElement.style.getPropertyValue(name)])),
  })`);
  const kept = Object.entries(colours).filter(([name]) => used.has(name));
  return {
    className: className
      .split(' ')
      .filter((name) => /^vscode-(?:light|dark|high)/.test(name))
      .join(' '),
    // The fonts are those of the machine that looks at the page.
    colours: Object.fromEntries(
      kept.filter(([name]) => !name.includes('font-family')).sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}
