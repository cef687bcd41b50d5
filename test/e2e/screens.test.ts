/**
 * Every screen as a person sees it: its real host panel, a real backend, the tutorial's model and real runs. Pictures in
 * each theme and language are kept in test-results/screens.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { formatNumber } from '../../backend/l10n/format.ts';
import { type Screen, screens } from '../support/screens.ts';
import { openStudio, type Studio } from '../support/studio.ts';
import { projectRoot } from '../support/tatara.ts';
import { accessibilityProblems } from '../support/webviewHarness/accessibility.ts';
import { walkByKeyboard } from '../support/webviewHarness/keyboard.ts';
import { cutOff } from '../support/webviewHarness/layout.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { type ThemeName, themes } from '../support/webviewHarness/themes.ts';

const browser = await openBrowser();
const pictures = join(projectRoot, 'test-results/screens');

describe('screens', { skip: browser === null && 'no browser' }, () => {
  const home = mkdtempSync(join(tmpdir(), 'tatara-screens-'));
  let studio: Studio;
  before(async () => {
    mkdirSync(pictures, { recursive: true });
    studio = await openStudio(home);
  });
  after(async () => {
    await studio?.[Symbol.asyncDispose]();
    await browser?.close();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });

  for (const screen of screens) {
    test(screen.name, async () => {
      const problems: string[] = [];
      for (const language of ['en', 'ja'] as const) {
        const found = await look(screen, language);
        problems.push(...found.map((problem) => `${language}, ${problem}`));
      }
      assert.deepEqual([...new Set(problems)], []);
    });
  }

  const open = (name: string) => screens.find((screen) => screen.name === name)!.open(browser!, studio, 'en');

  test('a row is gone through and closed with the keyboard, and the table has the focus again', async () => {
    await using panel = await open('dataset-edit');
    const { page } = panel;
    const edit = page.getByRole('tab', { name: 'Edit' });
    const seen = page.getByRole('tab', { name: 'As the model sees it' });
    await edit.focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await seen.getAttribute('aria-selected'), 'true');
    assert.equal(await isFocused(seen), true);
    await page.locator('.token.learned').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await edit.getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Row 2' }).waitFor({ state: 'hidden' });
    const table = page.getByRole('grid');
    assert.equal(await isFocused(table), true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByRole('heading', { name: 'Row 3' }).waitFor();
  });

  test('the form of a new run is filled with the keyboard', async () => {
    await using panel = await open('new-run');
    const { page } = panel;
    await page.getByLabel('Balanced').focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getByLabel('Careful').isChecked(), true);
    const advanced = page.locator('summary', { hasText: 'Advanced' });
    await advanced.focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Seed').waitFor();
    await page.keyboard.press(' ');
    await page.getByLabel('Seed').waitFor({ state: 'hidden' });
  });

  test('screen readers are told what comes: whole answers, the state of a run, and its curves in numbers', async () => {
    await using chat = await open('chat-compare');
    const answers = await chat.page.locator('.turn').last().locator('.answer-text').allInnerTexts();
    const said = await chat.page.getByRole('status').allInnerTexts();
    for (const answer of answers)
      assert.ok(
        said.some((text) => text.includes(answer)),
        `${answer} in ${said.join(' | ')}`,
      );

    await using run = await open('run-finished');
    assert.ok((await run.page.getByRole('status').allInnerTexts()).some((text) => /^Done step 150 of 150/.test(text)));
    const table = run.page.getByRole('table', { name: /^Loss/ });
    await table.waitFor({ state: 'attached' });
    const heads = await table.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(heads, ['Step', 'training', 'held out']);
    const last = await table.getByRole('row').last().getByRole('cell').allInnerTexts();
    const { held_out_loss: loss } = await studio.backend.en.call('readRun', { params: { id: studio.runs[0] } });
    assert.equal(last[1], formatNumber(loss!));
  });

  async function look(screen: Screen, language: 'en' | 'ja'): Promise<string[]> {
    const problems: string[] = [];
    await using panel = await screen.open(browser!, studio, language);
    const { page } = panel;
    const note = (where: string, found: readonly string[]): void => {
      problems.push(...found.map((problem) => `${where}: ${problem}`));
    };
    for (const theme of Object.keys(themes) as ThemeName[]) {
      await panel.setTheme(theme);
      await settled(page);
      await page.screenshot({ path: join(pictures, `${screen.name}.${language}.${theme}.png`) });
      // The tool itself makes a style, which the policy of the page refuses.
      const complaints = panel.complaints.length;
      note(theme, await accessibilityProblems(page));
      panel.complaints.splice(complaints);
    }
    note('texts', await unfilled(page));
    note('motion', await moving(page));
    await panel.setTheme('dark');
    const { stops, unseen, unreached } = await walkByKeyboard(page);
    assert.ok(stops.length > 3, stops.join());
    note('focus not seen', unseen);
    note('not reached by Tab', unreached);
    for (const [name, width, height] of [
      ['half a window', 760, 720],
      ['narrow', 300, 720],
      ['at 200 %', 550, 360],
    ] as const) {
      await page.setViewportSize({ width, height });
      await settled(page);
      const file = `${screen.name}.${language}.${name.replaceAll(/\W+/g, '')}.png`;
      await page.screenshot({ path: join(pictures, file) });
      note(name, await cutOff(page));
    }
    const kept = await panel.kept();
    await panel.reload();
    await screen.isThere(page);
    assert.deepEqual(await panel.kept(), kept, 'what the page keeps is the same after a reload');
    note('browser', panel.complaints);
    return problems;
  }
});

async function isFocused(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) === 1;
}

/** Two frames: what was changed is drawn, and what hangs on its size too. */
async function settled(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** Texts with a gap that nothing has filled. */
async function unfilled(page: Page): Promise<string[]> {
  const text = await page.locator('body').innerText();
  return text.split('\n').filter((line) => /\bundefined\b|\bNaN\b|\bnull\b|\[object |\{\w+\}/.test(line));
}

/** Animations that go on although the reader wants none. */
function moving(page: Page): Promise<string[]> {
  return page.evaluate(`document.getAnimations()
    .filter((animation) => Number(animation.effect?.getComputedTiming().activeDuration) > 10)
    .map((animation) => animation.effect.target?.outerHTML.slice(0, 80))`);
}
