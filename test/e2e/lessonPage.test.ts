/** The page of a lesson as built, with the real text of each lesson, in a real browser under its own policy. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { Language } from '../../backend/contract/common.ts';
import { listLessons, readLesson } from '../../backend/tutorial/lessonFiles.ts';
import type {
  LessonPageState,
  LessonProgress,
  LessonToHost,
  LessonToPage,
  LessonVerified,
  Level,
} from '../../webviews/contract/lesson.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { openWebview } from '../support/webviewHarness/openWebview.ts';

const browser = await openBrowser();

interface Host {
  readonly level: Level;
  readonly language?: Language;
  readonly progress: LessonProgress;
  readonly verified?: LessonVerified;
  readonly width?: number;
}

/** Opens the page with a host that answers as the extension's does; `said` is what the page asked for. */
async function open({ level, language = 'en', progress, verified, width = 700 }: Host) {
  const said: LessonToHost[] = [];
  const lesson = await readLesson(level, language);
  const levels = await listLessons(language);
  const opened = await openWebview<LessonToHost>(browser!, {
    name: 'lesson',
    state: { level, verified: null } satisfies LessonPageState,
    language,
    width,
    onMessage: (message, send) => {
      const answer = (told: LessonToPage): void => send(told);
      said.push(message);
      if (message.type === 'ready') {
        answer({ type: 'lesson', lesson, levels });
        answer({ type: 'progress', progress });
      }
      if (message.type === 'step' && message.step.kind === 'verify' && verified) answer({ type: 'verified', verified });
      if (message.type === 'stopVerifying') answer({ type: 'stopped' });
    },
  });
  await opened.page.locator('h1').waitFor();
  return { ...opened, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](), said };
}

const nothing: LessonProgress = { imported: false, runs: 0, succeeded: 0 };
const half: LessonVerified = {
  passed: false,
  checks: [
    { id: 'run', passed: true, title: 'A run has ended', measured: 'the run <b>one</b>', next: null },
    { id: 'rose', passed: false, title: 'The loss rose', measured: 'lowest 5.3', next: 'Train on.' },
  ],
  answers: [
    {
      question: 'Q?',
      expected: 'A',
      base: 'I do not know <img src=x>',
      tuned: 'A',
      base_right: false,
      tuned_right: true,
    },
  ],
};
const primary = 'vscode-button:not([secondary])';

describe('the page of a lesson', { skip: browser === null && 'no browser' }, () => {
  after(() => browser?.close());

  for (const level of [1, 2, 3] as const) {
    for (const language of ['en', 'ja'] as const) {
      test(`level ${level} in ${language} shows its text, its picture and its steps`, async () => {
        await using opened = await open({ level, language, progress: nothing, width: 360 });
        const { page, complaints } = opened;
        const lesson = await readLesson(level, language);
        assert.equal(await page.locator('h1').textContent(), lesson.title);
        assert.equal(await page.locator('figure svg polyline').count(), 2);
        assert.equal(await page.locator('article a').count(), 0, 'every link is a step');
        assert.equal(await page.locator('article vscode-button').count(), 5);
        assert.equal(await page.locator('blockquote').count(), level === 3 ? 1 : 0);
        assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'sticks out');
        assert.deepEqual(complaints, []);
      });
    }
  }

  test('the next step is the one accent, and what cannot be done yet says why', async () => {
    await using first = await open({ level: 2, progress: nothing });
    assert.equal(await first.page.locator(primary).count(), 1);
    await first.page.locator(primary).filter({ hasText: 'Bring in the data' }).click();
    assert.deepEqual(first.said.at(-1), { type: 'step', step: { kind: 'import' } });
    await first.page.getByText('Working …').waitFor();
    assert.equal(await first.page.locator('vscode-button:not([disabled])').count(), 0, 'one thing at a time');
    await first.send({ type: 'progress', progress: { imported: true, runs: 0, succeeded: 0 } });
    await first.page.getByText('The data is there.').waitFor();
    await first.page.locator(primary).filter({ hasText: 'Open a new run' }).waitFor();
    await first.page.getByText('It takes two runs to compare.').waitFor();
    assert.equal(await first.page.locator('vscode-button[disabled]').count(), 1);

    await using second = await open({ level: 2, progress: { imported: true, runs: 1, succeeded: 1 } });
    await second.page.locator(primary).filter({ hasText: 'with rank 1' }).click();
    assert.deepEqual(second.said.at(-1), {
      type: 'step',
      step: {
        kind: 'newRun',
        changes: [
          { path: 'lora.rank', value: 1 },
          { path: 'lora.alpha', value: 2 },
        ],
      },
    });

    await using third = await open({ level: 2, progress: { imported: true, runs: 2, succeeded: 2 } });
    assert.equal(await third.page.locator('vscode-button[disabled]').count(), 0);
    await third.page.locator(primary).filter({ hasText: 'Check this lesson' }).waitFor();
  });

  test('what was found is told, kept over a reload, and shown as text', async () => {
    const progress = { imported: true, runs: 1, succeeded: 1 };
    await using opened = await open({ level: 1, progress, verified: half });
    const { page } = opened;
    await page.getByText('Check this lesson').click();
    await page.getByText('1 of 2 done').waitFor();
    await page.getByText('the run <b>one</b>').waitFor();
    await page.getByText('Next: Train on.').waitFor();
    await page.getByText('All 1 questions and answers').click();
    await page.getByText('I do not know <img src=x>').waitFor();
    assert.equal(await page.getByText('Go on with level 2').count(), 0);
    assert.deepEqual(await opened.kept(), { level: 1, verified: half });
    assert.deepEqual(opened.complaints, []);

    await opened.send({ type: 'verified', verified: { ...half, passed: true } });
    await page.getByText('Go on with level 2').click();
    assert.deepEqual(opened.said.at(-1), { type: 'open', level: 2 });
  });

  test('a check can be stopped, and an error is told', async () => {
    await using opened = await open({ level: 1, progress: { imported: true, runs: 1, succeeded: 1 } });
    const { page } = opened;
    await page.getByText('Check this lesson').click();
    await page.getByText('Asking the models …').waitFor();
    assert.equal(await page.locator('vscode-button[disabled]').filter({ hasText: 'Check this lesson' }).count(), 1);
    await page.getByText('Stop', { exact: true }).click();
    await page.getByText('Asking the models …').waitFor({ state: 'detached' });
    assert.deepEqual(opened.said.at(-1), { type: 'stopVerifying' });
    await opened.send({ type: 'failure', failure: { message: 'It is gone.', hint: 'Bring it back.' } });
    await page.getByRole('alert').filter({ hasText: 'It is gone. Bring it back.' }).waitFor();
  });
});
