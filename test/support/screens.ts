/** Every screen of the studio with real data in it, ready to be looked at. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Language } from '../../backend/contract/common.ts';
import type { Studio } from './studio.ts';
import { type OpenPanel, openPanel } from './webviewHarness/openPanel.ts';
import { panels } from './webviewHarness/panels.ts';

export interface Screen {
  readonly name: string;
  /** Opens it and does what leads to it; all of it is there then. */
  open(browser: Browser, studio: Studio, language: Language): Promise<OpenPanel>;
  /** Waits for what the page shows again after a reload of the window. */
  isThere(page: Page): Promise<void>;
}

export const screens: readonly Screen[] = [
  {
    name: 'dataset',
    open: (browser, studio, language) => dataset(browser, studio, language, {}),
    isThere: tableIsThere,
  },
  {
    name: 'dataset-edit',
    open: (browser, studio, language) => dataset(browser, studio, language, { open: 1, tab: 'edit' }),
    isThere: (page) => page.locator('#message-1').waitFor(),
  },
  {
    name: 'dataset-as-model',
    async open(browser, studio, language) {
      const panel = await dataset(browser, studio, language, { open: 1, tab: 'model' });
      await panel.page.locator('.token.learned').first().waitFor();
      return panel;
    },
    isThere: (page) => page.locator('.token.learned').first().waitFor(),
  },
  {
    name: 'new-run',
    async open(browser, { backend }, language) {
      const state = { yaml: 'dataset: tutorial-1\n', effort: 'balanced' as const };
      const panel = await openPanel(browser, panels.newRun, { state, language, backend: backend[language] });
      await recipeIsThere(panel.page);
      await panel.page.locator('.actions vscode-button:visible').first().click();
      await panel.page.locator('.figures:not(.stale)').waitFor({ timeout: patience });
      return panel;
    },
    isThere: recipeIsThere,
  },
  {
    name: 'run-finished',
    open: (browser, studio, language) => endedRun(browser, studio, language, 0),
    isThere: verdictIsThere,
  },
  {
    name: 'run-forgot',
    open: (browser, studio, language) => endedRun(browser, studio, language, 2),
    isThere: verdictIsThere,
  },
  {
    name: 'compare-runs',
    async open(browser, { backend, runs }, language) {
      const state = { ids: [...runs], smoothing: 0.6, logScale: false, heldOut: true };
      const panel = await openPanel(browser, panels.compareRuns, { state, language, backend: backend[language] });
      await comparisonIsThere(panel.page);
      return panel;
    },
    isThere: comparisonIsThere,
  },
  {
    name: 'chat',
    open: (browser, studio, language) => chat(browser, studio, language, 'tutorial-base'),
    isThere: answersAreThere,
  },
  {
    name: 'chat-compare',
    open: (browser, studio, language) => chat(browser, studio, language, 'tutorial-1'),
    isThere: answersAreThere,
  },
  {
    name: 'lesson',
    async open(browser, { backend }, language) {
      const state = { level: 1 as const, verified: null };
      const panel = await openPanel(browser, panels.lesson, { state, language, backend: backend[language] });
      await stepsAreThere(panel.page);
      return panel;
    },
    isThere: stepsAreThere,
  },
  // The last one: while it runs nothing else can be measured.
  {
    name: 'run-running',
    async open(browser, studio, language) {
      const panel = await run(browser, studio, language, await studio.longRun());
      await panel.page.getByRole('progressbar').waitFor();
      return panel;
    },
    isThere: chartIsThere,
  },
];

/** How long a model may take, ms: generous, because the machine may be busy. */
const patience = 120_000;

async function dataset(
  browser: Browser,
  { backend, datasetId }: Studio,
  language: Language,
  more: { open?: number; tab?: 'edit' | 'model' },
): Promise<OpenPanel> {
  const { models } = await backend.en.call('listBases');
  const question = { search: '', filter: 'all', sort: 'index', order: 'ascending', base: models[0]!.id } as const;
  const state = { datasetId, question, ...more };
  const panel = await openPanel(browser, panels.dataset, { state, language, backend: backend[language] });
  await tableIsThere(panel.page);
  return panel;
}

async function run(browser: Browser, { backend }: Studio, language: Language, runId: string): Promise<OpenPanel> {
  const state = { runId, smoothing: 0.6, logScale: false, answers: 'all' as const, answersAt: null };
  const panel = await openPanel(browser, panels.run, { state, language, backend: backend[language] });
  await chartIsThere(panel.page);
  return panel;
}

async function endedRun(browser: Browser, studio: Studio, language: Language, which: 0 | 2): Promise<OpenPanel> {
  const panel = await run(browser, studio, language, studio.runs[which]);
  await verdictIsThere(panel.page);
  return panel;
}

async function chat(browser: Browser, { backend }: Studio, language: Language, model: string): Promise<OpenPanel> {
  const state = { conversationId: null, model };
  const panel = await openPanel(browser, panels.chat, { state, language, backend: backend[language] });
  const { page } = panel;
  for (const question of ['Where does Wren Thistleby live?', 'What is Milo Glenbell’s favourite food?']) {
    await page.locator('textarea.input:not([disabled])').fill(question);
    await page.keyboard.press('Enter');
    await page.locator('.turn', { hasText: question }).waitFor();
    await answersAreThere(page);
  }
  return panel;
}

async function tableIsThere(page: Page): Promise<void> {
  await page.locator('.bars').waitFor();
  await page.locator('.line:not(.coming)').first().waitFor();
}

async function recipeIsThere(page: Page): Promise<void> {
  await until(page, "document.querySelectorAll('.as-recommended').length >= 4");
}

async function chartIsThere(page: Page): Promise<void> {
  await page.locator('.chart canvas').first().waitFor();
}

async function verdictIsThere(page: Page): Promise<void> {
  await chartIsThere(page);
  await page.locator('.verdict').waitFor();
}

async function comparisonIsThere(page: Page): Promise<void> {
  await chartIsThere(page);
  await until(page, "document.querySelectorAll('.table th[scope=col]').length === 3");
}

async function stepsAreThere(page: Page): Promise<void> {
  await page.locator('.step vscode-button').first().waitFor();
}

async function answersAreThere(page: Page): Promise<void> {
  await page.locator('.turn .facts:not(:empty)').first().waitFor({ timeout: patience });
  await until(page, "document.querySelector('.answer-text[aria-busy=true]') === null");
}

/** Waits for a condition in the page. (Playwright's own waiting evaluates in the page, whose policy forbids that.) */
async function until(page: Page, condition: string): Promise<void> {
  const end = Date.now() + patience;
  while (!(await page.evaluate<boolean>(`Boolean(${condition})`))) {
    if (Date.now() > end) throw new Error(`never true: ${condition}`);
    await delay(50);
  }
}
