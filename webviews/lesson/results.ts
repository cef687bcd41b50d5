import type { LessonVerified } from '../contract/lesson.ts';
import { element, icon } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import type { lessonTexts } from './texts.ts';

/** What the check of a lesson has found: each thing that it asks for, and the answers of both models. */
export function results(say: Say<keyof typeof lessonTexts>, { passed, checks, answers }: LessonVerified): HTMLElement {
  const done = checks.filter((check) => check.passed).length;
  return element(
    'section',
    { class: 'results stack', 'aria-label': say('results') },
    element(
      'h3',
      { class: passed ? 'better' : 'open' },
      icon(passed ? 'pass-filled' : 'tasklist'),
      passed ? say('passed') : say('open', { done, total: checks.length }),
    ),
    element('ul', { class: 'checks' }, ...checks.map((check) => checkItem(say, check))),
    answers.length > 0 &&
      element(
        'details',
        {},
        element('summary', {}, say('answers', { count: answers.length })),
        element('div', { class: 'wide' }, answerTable(say, answers)),
      ),
  );
}

function checkItem(say: Say<keyof typeof lessonTexts>, check: LessonVerified['checks'][number]): HTMLElement {
  const { passed, title, measured, next } = check;
  return element(
    'li',
    {},
    icon(passed ? 'check' : 'circle-large-outline', passed ? 'good' : ''),
    element(
      'div',
      {},
      element('span', { class: 'for-screen-readers' }, `${say(passed ? 'done' : 'notDone')}: `),
      element('span', {}, title),
      element('p', { class: 'quiet' }, measured),
      next !== null && element('p', {}, say('next', { next })),
    ),
  );
}

function answerTable(say: Say<keyof typeof lessonTexts>, answers: LessonVerified['answers']): HTMLElement {
  const answer = (text: string, isRight: boolean): HTMLElement =>
    element(
      'td',
      {},
      icon(isRight ? 'check' : 'close', isRight ? 'good' : 'bad'),
      element('span', { class: 'for-screen-readers' }, `${say(isRight ? 'right' : 'wrong')}: `),
      ` ${text === '' ? '–' : text}`,
    );
  return element(
    'table',
    {},
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', {}, say('question')),
        element('th', { class: 'of-base' }, say('base')),
        element('th', { class: 'of-tuned' }, say('tuned')),
      ),
    ),
    element(
      'tbody',
      {},
      ...answers.map(({ question, base, tuned, base_right, tuned_right }) =>
        element('tr', {}, element('td', {}, question), answer(base, base_right), answer(tuned, tuned_right)),
      ),
    ),
  );
}
