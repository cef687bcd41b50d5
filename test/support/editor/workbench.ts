import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { projectRoot } from '../tatara.ts';

const extension = 'tatara.tatara';
/** Where pictures of the editor go; not kept in version control. */
const pictures = join(projectRoot, 'test-results/editor');
/** How long something may take to appear, ms: generous, because the machine may be busy. */
const patience = 60_000;
/** How long before the palette is opened anew, ms. */
const retry = 4000;

/** A window of the editor, as a person sees it: what is said and pressed here goes through its surface. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
    page.setDefaultTimeout(patience);
  }

  /** Waits until the workbench is drawn. */
  async isUp(): Promise<void> {
    await this.see(this.page.locator('.monaco-workbench .part.statusbar'), 'the workbench');
  }

  /**
   * Loads the window anew while the page `open` of the extension is open. A browser lets the editor store nothing while
   * it closes, so that it does so every few seconds: it is waited for, as a desktop would.
   */
  async reload(open: string): Promise<void> {
    await this.until(async () => (await this.#storedPages()).includes(`tatara.${open}`), 'a store');
    await this.page.reload();
    await this.isUp();
  }

  close(): Promise<void> {
    return this.page.close();
  }

  /** View types of the pages that the editor has stored with what they are about. */
  async #storedPages(): Promise<string[]> {
    const stored = await this.page.evaluate<string>(storedState);
    return [...stored.matchAll(/"value":("(?:[^"\\]|\\.)*")/g)].flatMap(([, value]) => {
      if (!value!.includes('providedId')) return [];
      const { providedId, state } = JSON.parse(JSON.parse(value!)) as { providedId?: string; state?: string };
      return providedId && state ? [providedId] : [];
    });
  }

  /**
   * Waits for what should be seen, and gives it back. Where it never comes the error says what was looked for, what was
   * there instead, and where the picture of it lies.
   */
  async see(locator: Locator, what: string, timeout = patience, instead?: () => Promise<string>): Promise<Locator> {
    const first = locator.first();
    try {
      await first.waitFor({ state: 'visible', timeout });
      return first;
    } catch {
      const there = instead ? `; there is: ${await instead().catch(String)}` : '';
      const picture = await this.picture(`missing ${what}`).catch(String);
      throw new Error(`never seen within ${timeout / 1000} s: ${what}${there} (${picture})`);
    }
  }

  /** Waits until it is so. */
  async until(isSo: () => Promise<boolean>, what: string, timeout = patience): Promise<void> {
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      if (await isSo().catch(() => false)) return;
      await delay(100);
    }
    throw new Error(`not within ${timeout / 1000} s: ${what} (${await this.picture(`not ${what}`)})`);
  }

  /** Waits until something seen is gone. */
  async gone(locator: Locator, what: string): Promise<void> {
    try {
      await locator.first().waitFor({ state: 'hidden' });
    } catch {
      throw new Error(`still seen after ${patience / 1000} s: ${what} (${await this.picture(`left ${what}`)})`);
    }
  }

  /** Runs a command by its title in the palette, as `Tatara: New Run…`; waits until it is there and can be run. */
  async command(title: string, timeout = patience): Promise<void> {
    const until = Date.now() + timeout;
    for (;;) {
      await this.page.keyboard.press('F1');
      await this.quickInput(`>${title}`);
      // The palette lists what was known when it was opened: while extensions are still being read it is opened again.
      const isThere = await this.#choices(title)
        .first()
        .waitFor({ timeout: retry })
        .then(
          () => true,
          () => false,
        );
      if (isThere) return this.pick(title, retry);
      if (Date.now() > until) await this.pick(title, 1);
      await this.page.keyboard.press('Escape');
    }
  }

  /** Types into the palette or a question of the editor that is open. */
  async quickInput(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:not(.hidden) .quick-input-box input');
    await (await this.see(input, 'the input at the top')).fill(text);
  }

  /** Chooses a row of the palette or of a question. */
  async pick(text: string, timeout = patience): Promise<void> {
    const what = `the choice "${text}"`;
    await (await this.see(this.#choices(text), what, timeout, () => textsOf(this.#choices('')))).click();
  }

  /** Answers the editor's own dialog for a file with a path. */
  async chooseFile(path: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:not(.hidden) .quick-input-box input');
    await this.until(async () => {
      // It shows a folder of its own once that is read, and overwrites what was typed before.
      if (!/^([/~]|[A-Z]:)/.test(await input.inputValue({ timeout: retry }))) return false;
      await input.fill(path);
      await delay(300);
      if ((await input.inputValue()) !== path) return false;
      await this.page.keyboard.press('Enter');
      return input.waitFor({ state: 'hidden', timeout: retry }).then(
        () => true,
        () => false,
      );
    }, `the file ${path} is taken`);
  }

  /** Shows the extension's side bar. */
  async openSidebar(): Promise<void> {
    const label = this.page.locator('.part.activitybar a.action-label[aria-label="Tatara"]');
    const item = await this.see(label, 'Tatara in the activity bar');
    const isOpen = await this.page.locator('.part.activitybar .action-item.checked a[aria-label="Tatara"]').count();
    if (isOpen === 0) await item.click();
    await this.see(this.page.locator('.part.sidebar .pane-header'), 'the views');
  }

  /** A view of the side bar by its title. */
  view(title: string): Locator {
    const header = this.page.locator(`.pane-header[aria-label^="${title}"]`);
    return this.page.locator('.part.sidebar .pane').filter({ has: header });
  }

  /** A row of a view that has the text. */
  row(view: string, text: string | RegExp, timeout = patience): Promise<Locator> {
    const rows = this.view(view).locator('.monaco-list-row[role="treeitem"]');
    const what = `"${text}" in the view ${view}`;
    return this.see(rows.filter({ hasText: text }), what, timeout, () => textsOf(rows));
  }

  /** Chooses from the context menu of a row. One that was opened before the row had changed is opened again. */
  async rowMenu(row: Locator, action: string): Promise<void> {
    const items = this.page.locator('.context-view .monaco-menu .action-item:not(.disabled) .action-label');
    const item = items.filter({ hasText: action }).first();
    let offered = 'nothing';
    await this.until(async () => {
      await row.click({ button: 'right' });
      if (
        await item.waitFor({ timeout: retry }).then(
          () => true,
          () => false,
        )
      )
        return true;
      offered = await textsOf(items);
      await this.page.keyboard.press('Escape');
      return false;
    }, `"${action}" in the menu`).catch(async (error: Error) => {
      throw new Error(`${error.message}; there is: ${offered}`);
    });
    // A menu that has just opened takes no click yet.
    await this.until(async () => {
      await item.click({ timeout: retry });
      return item.waitFor({ state: 'hidden', timeout: 1000 }).then(
        () => true,
        () => false,
      );
    }, `the menu takes "${action}"`);
  }

  /** A notice that has the text. */
  notice(text: string | RegExp, timeout = patience): Promise<Locator> {
    const notices = this.page.locator('.notification-list-item');
    return this.see(notices.filter({ hasText: text }), `the notice "${text}"`, timeout, () => textsOf(notices));
  }

  async pressInNotice(text: string | RegExp, button: string): Promise<void> {
    const notice = await this.notice(text);
    // The buttons of a notice are seen while it is pointed at.
    await notice.hover();
    const found = notice.locator('.monaco-button', { hasText: button });
    await (await this.see(found, `"${button}" in the notice "${text}"`)).click();
  }

  /** Presses a button of the modal question that is open. */
  async answer(button: string): Promise<void> {
    const buttons = this.page.locator('.monaco-dialog-box .monaco-button');
    const found = buttons.filter({ hasText: button });
    await (await this.see(found, `the answer "${button}"`, patience, () => textsOf(buttons))).click();
  }

  /** The extension's item in the status bar. */
  statusItem(timeout = patience): Promise<Locator> {
    const item = this.page.locator(`.statusbar-item[id^="${extension}"]`);
    return this.see(item, 'the item in the status bar', timeout);
  }

  /** Tab of an editor by a part of its title. */
  tab(title: string, timeout = patience): Promise<Locator> {
    const tabs = this.page.locator('.tabs-container .tab');
    return this.see(tabs.filter({ hasText: title }), `the tab "${title}"`, timeout, () => textsOf(tabs));
  }

  async closeTabs(): Promise<void> {
    await this.command('View: Close All Editors');
    await this.gone(this.page.locator('.tabs-container .tab'), 'a tab');
  }

  /** The document of the extension's page that is seen, by its name in `webviews/`. */
  async webview(name: string, timeout = patience): Promise<FrameLocator> {
    const outer = this.page.locator(`iframe.webview.ready[src*="extensionId=${extension}"]`);
    const until = Date.now() + timeout;
    while (Date.now() < until) {
      for (const frame of await outer.all()) {
        const id = await frame.getAttribute('name', { timeout: 1000 }).catch(() => null);
        if (id === null || !(await frame.isVisible())) continue;
        const inner = this.page.frameLocator(`iframe[name="${id}"]`).frameLocator('iframe#active-frame');
        const scripts = inner.locator(`script[src$="/${name}.js"]`);
        if ((await scripts.count().catch(() => 0)) > 0) return inner;
      }
      await delay(100);
    }
    throw new Error(`never seen within ${timeout / 1000} s: the page ${name} (${await this.picture(`no ${name}`)})`);
  }

  #choices(text: string): Locator {
    const rows = this.page.locator('.quick-input-widget:not(.hidden) .quick-input-list .monaco-list-row');
    return rows.filter({ hasText: text });
  }

  /** Keeps a picture of the window and says where. */
  async picture(name: string): Promise<string> {
    mkdirSync(pictures, { recursive: true });
    const path = join(pictures, `${name.replaceAll(/[^\p{L}\p{N}.-]+/gu, '-').slice(0, 80)}.png`);
    await this.page.screenshot({ path, timeout: 10_000 });
    return path;
  }
}

/** What the editor has stored of its open pages. */
const storedState = `(async () => {
  const answer = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let stored = '';
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db-')) continue;
    const database = await answer(indexedDB.open(name));
    if (database.objectStoreNames.contains('ItemTable')) {
      const table = database.transaction('ItemTable').objectStore('ItemTable');
      stored += (await answer(table.get('memento/workbench.parts.editor'))) ?? '';
    }
    database.close();
  }
  return stored;
})()`;

async function textsOf(locator: Locator): Promise<string> {
  const texts = await locator.allInnerTexts();
  return texts.length === 0 ? 'nothing' : texts.map((text) => JSON.stringify(text.replaceAll(/\s+/g, ' '))).join(', ');
}
