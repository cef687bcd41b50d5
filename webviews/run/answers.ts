import { formatCount } from '../../backend/l10n/format.ts';
import type { RunPageState, RunView, Samples } from '../contract/run.ts';
import type { Answer } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import { enable } from '../shared/enable.ts';
import { button } from '../training/button.ts';
import type { RunWords } from '../training/words.ts';
import { type Moment, momentsOf } from './timeline.ts';

type Look = Pick<RunPageState, 'answers' | 'answersAt'>;
type Which = Look['answers'];

export interface Answers {
  readonly element: HTMLElement;
  show(run: RunView, samples: readonly Samples[]): void;
}

const filters: Readonly<Record<Which, (answer: Answer) => boolean>> = {
  all: () => true,
  changed: (answer) => answer.base_right !== answer.tuned_right,
  wrong: (answer) => !answer.tuned_right,
};
const names = Object.keys(filters) as Which[];
/** So many are shown at first, and more with each press. */
const page = 50;

/**
 * Held-out questions with the answers of base and tuned model: a few at every held-out loss, all at the end. One looks
 * at the newest until one goes back in time; going to the newest follows the run again.
 */
export function answersPart(words: RunWords, look: Look, onLook: () => void): Answers {
  const { say } = words;
  let moments: readonly Moment[] = [];
  let shown = '';
  let limit = page;
  const title = element('h2', { class: 'grow', 'aria-live': 'polite' });
  const list = element('ul', { class: 'answers-list', tabindex: 0, 'aria-label': say('answers.title') });
  const note = element('p', { class: 'quiet' });
  const more = element('div');
  const choices = names.map((name) => {
    const made = element('button', {
      type: 'button',
      onClick: () => {
        look.answers = name;
        limit = page;
        changed();
      },
    });
    return [name, made] as const;
  });
  const filter = element(
    'div',
    { class: 'filter', role: 'group', 'aria-label': say('answers.filter') },
    ...choices.map(([, made]) => made),
  );
  const slider = element('input', {
    type: 'range',
    min: 0,
    step: 1,
    'aria-label': say('answers.when'),
    onInput: () => goTo(Number(slider.value)),
  });
  const step = (by: number): void => goTo(place() + by);
  const earlier = button({ label: say('answers.earlier'), icon: 'chevron-left', bare: true, onClick: () => step(-1) });
  const later = button({ label: say('answers.next'), icon: 'chevron-right', bare: true, onClick: () => step(1) });
  const when = element('div', { class: 'when' }, earlier, slider, later);

  /** Index of the moment that is looked at. */
  function place(): number {
    const { answersAt } = look;
    const found =
      answersAt === null ? -1 : moments.findLastIndex((each) => each.step !== null && each.step <= answersAt);
    return found < 0 ? moments.length - 1 : found;
  }

  function goTo(index: number): void {
    const to = Math.max(0, Math.min(index, moments.length - 1));
    look.answersAt = to === moments.length - 1 ? null : (moments[to]?.step ?? null);
    limit = page;
    changed();
  }

  function changed(): void {
    onLook();
    draw();
  }

  function draw(): void {
    const at = place();
    const moment = moments[at];
    const answers = moment?.answers ?? [];
    title.textContent =
      moment && moment.step !== null
        ? say('answers.at', { step: formatCount(moment.step) })
        : say(moments.length > 1 ? 'answers.atEnd' : 'answers.title');
    slider.max = String(Math.max(0, moments.length - 1));
    slider.value = String(at);
    slider.setAttribute('aria-valuetext', title.textContent);
    when.hidden = moments.length < 2;
    enable(earlier, at > 0);
    enable(later, at < moments.length - 1);
    for (const [name, made] of choices) {
      made.textContent = say(`answers.${name}`, { count: answers.filter(filters[name]).length });
      made.setAttribute('aria-pressed', String(name === look.answers));
    }
    const seen = answers.filter(filters[look.answers]);
    list.replaceChildren(...seen.slice(0, limit).map((answer) => answerItem(words, answer, moment!)));
    list.hidden = seen.length === 0;
    filter.hidden = answers.length === 0;
    const left = seen.length - limit;
    const showMore = (): void => {
      limit += page;
      draw();
    };
    const label = say('answers.more', { count: Math.min(left, page) });
    more.replaceChildren(...(left > 0 ? [button({ label, onClick: showMore })] : []));
    note.hidden = seen.length > 0;
    if (moment?.leftOut) note.textContent = say(`answers.leftOut.${moment.leftOut}`);
    else if (answers.length > 0) note.textContent = say('answers.noneLeft');
  }

  return {
    element: element(
      'section',
      {},
      element('div', { class: 'row tools' }, title, when),
      element('div', { class: 'row tools' }, filter),
      list,
      note,
      more,
    ),
    show(run, samples) {
      // The same list again would only lose the place that was read.
      const next = JSON.stringify([run.id, samples.map(({ step, left_out }) => [step, left_out]), run.answers.length]);
      if (next !== shown) {
        shown = next;
        moments = momentsOf(samples, run);
        draw();
      }
      if (moments.length > 0) return;
      const isOver = run.state === 'succeeded' || run.settings['evaluation.answers'] === false;
      note.textContent = say(isOver ? 'answers.off' : 'answers.later');
    },
  };
}

function answerItem({ say }: RunWords, answer: Answer, { step, since }: Moment): HTMLElement {
  const { question, expected, base, tuned, base_right: baseRight, tuned_right: tunedRight } = answer;
  const mark = (right: boolean, text: string): HTMLElement =>
    element('span', { class: 'mark' }, icon(right ? 'check' : 'close', right ? 'good' : 'bad'), text);
  const plain = (right: boolean): string => say(right ? 'answers.right' : 'answers.wrongMark');
  const began = since.get(question);
  const now =
    tunedRight === baseRight
      ? plain(tunedRight)
      : !tunedRight
        ? say('answers.lost')
        : began !== undefined && began > 0
          ? say('answers.since', { step: formatCount(began) })
          : say('answers.learnt');
  const line = (
    who: 'base' | 'tuned' | 'expected',
    name: string,
    text: string,
    marked?: HTMLElement,
  ): HTMLElement[] => [
    element('span', { class: `who of-${who}` }, name),
    element('span', { class: 'text' }, text === '' ? '–' : text),
    marked ?? element('span'),
  ];
  return element(
    'li',
    { class: tunedRight && !baseRight ? 'became-right' : '' },
    element('span', { class: 'text question' }, question),
    ...line('base', say('answers.base'), base, mark(baseRight, plain(baseRight))),
    ...line('tuned', say(step === null ? 'answers.tuned' : 'answers.now'), tuned, mark(tunedRight, now)),
    ...(tunedRight ? [] : line('expected', say('answers.expected'), expected)),
  );
}
