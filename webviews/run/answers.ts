import type { RunPageState, RunView } from '../contract/run.ts';
import type { Answer } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import { button } from '../training/button.ts';
import type { RunWords } from '../training/words.ts';

type Which = RunPageState['answers'];

export interface Answers {
  readonly element: HTMLElement;
  show(run: RunView): void;
}

const filters: Readonly<Record<Which, (answer: Answer) => boolean>> = {
  all: () => true,
  changed: (answer) => answer.base_right !== answer.tuned_right,
  wrong: (answer) => !answer.tuned_right,
};
const names = Object.keys(filters) as Which[];
/** So many are shown at first, and more with each press. */
const page = 50;

/** The held-out questions with the answers of base and tuned model. */
export function answersPart(words: RunWords, first: Which, onWhich: (which: Which) => void): Answers {
  const { say } = words;
  let which = first;
  let answers: readonly Answer[] = [];
  let limit = page;
  const list = element('ul', { class: 'answers-list', tabindex: 0, 'aria-label': say('answers.title') });
  const note = element('p', { class: 'quiet' });
  const more = element('div');
  const choices = names.map((name) => {
    const made = element('button', {
      type: 'button',
      onClick: () => {
        which = name;
        limit = page;
        onWhich(name);
        draw();
      },
    });
    return [name, made] as const;
  });
  const filter = element(
    'div',
    { class: 'filter', role: 'group', 'aria-label': say('answers.filter') },
    ...choices.map(([, made]) => made),
  );

  function draw(): void {
    for (const [name, made] of choices) {
      made.textContent = say(`answers.${name}`, { count: answers.filter(filters[name]).length });
      made.setAttribute('aria-pressed', String(name === which));
    }
    const seen = answers.filter(filters[which]);
    list.replaceChildren(...seen.slice(0, limit).map((answer) => answerItem(words, answer)));
    list.hidden = seen.length === 0;
    const left = seen.length - limit;
    const showMore = (): void => {
      limit += page;
      draw();
    };
    const label = say('answers.more', { count: Math.min(left, page) });
    more.replaceChildren(...(left > 0 ? [button({ label, onClick: showMore })] : []));
  }

  return {
    element: element(
      'section',
      {},
      element('div', { class: 'row tools' }, element('h2', { class: 'grow' }, say('answers.title')), filter),
      list,
      note,
      more,
    ),
    show(run) {
      // The same list again would only lose the place that was read.
      if (run.answers.length !== answers.length || answers.length === 0) {
        answers = run.answers;
        draw();
      }
      const has = answers.length > 0;
      filter.hidden = !has;
      note.hidden = has && answers.some(filters[which]);
      note.textContent = has
        ? say('answers.noneLeft')
        : say(
            run.state === 'succeeded' || run.settings['evaluation.answers'] === false ? 'answers.off' : 'answers.later',
          );
    },
  };
}

function answerItem({ say }: RunWords, answer: Answer): HTMLElement {
  const { question, expected, base, tuned, base_right: baseRight, tuned_right: tunedRight } = answer;
  const mark = (right: boolean, before?: boolean): HTMLElement => {
    const changed = before !== undefined && before !== right;
    return element(
      'span',
      { class: 'mark' },
      icon(right ? 'check' : 'close', right ? 'good' : 'bad'),
      say(changed ? (right ? 'answers.learnt' : 'answers.lost') : right ? 'answers.right' : 'answers.wrongMark'),
    );
  };
  const line = (who: 'base' | 'tuned' | 'expected', text: string, marked?: HTMLElement): HTMLElement[] => [
    element('span', { class: `who of-${who}` }, say(`answers.${who}`)),
    element('span', { class: 'text' }, text === '' ? '–' : text),
    marked ?? element('span'),
  ];
  return element(
    'li',
    {},
    element('span', { class: 'text question' }, question),
    ...line('base', base, mark(baseRight)),
    ...line('tuned', tuned, mark(tunedRight, baseRight)),
    ...(tunedRight ? [] : line('expected', expected)),
  );
}
