import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { DatasetInfo, ImportProblem } from '../contract/dataset.ts';
import { element, icon } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import type { datasetTexts } from './texts.ts';

/** How many problems are asked for at a time. */
export const problemPage = 100;

/** What was wrong with the imported file, place by place. Rows that were left out are in no table. */
export class ProblemList {
  readonly root = element('section', { class: 'problems', hidden: true });
  readonly #say: Say<keyof typeof datasetTexts>;
  readonly #ask: (offset: number) => void;
  readonly #list = element('ol', { class: 'problem-list' });
  readonly #more = element('div');
  #of: DatasetInfo | null = null;
  #shown = 0;
  #asked = false;

  constructor(say: Say<keyof typeof datasetTexts>, ask: (offset: number) => void) {
    this.#say = say;
    this.#ask = ask;
    this.root.setAttribute('aria-label', say('problems'));
  }

  /** Shown while problems are looked at; asks for the first ones when it is needed. */
  show(dataset: DatasetInfo, shown: boolean): void {
    if (this.#of?.id !== dataset.id) {
      this.#of = dataset;
      this.#shown = 0;
      this.#asked = false;
      this.#draw(dataset);
    }
    this.root.hidden = !shown || dataset.problems.total === 0;
    if (this.root.hidden || this.#asked || dataset.problems.kept === 0) return;
    this.#asked = true;
    this.#ask(0);
  }

  put(offset: number, problems: readonly ImportProblem[]): void {
    if (offset !== this.#shown || !this.#of) return;
    this.#shown += problems.length;
    this.#list.append(...problems.map((problem) => this.#line(problem)));
    this.#drawMore(this.#of);
  }

  failed(): void {
    this.#asked = false;
  }

  #draw(dataset: DatasetInfo): void {
    const { total, kept } = dataset.problems;
    const count = (value: number): string => value.toLocaleString('en-US');
    const known =
      kept === 0
        ? this.#say('problemsForgotten')
        : kept < total
          ? this.#say('problemsKept', { kept: count(kept) })
          : null;
    this.#list.replaceChildren();
    this.#more.replaceChildren();
    this.root.replaceChildren(
      element(
        'p',
        { class: 'row' },
        icon('warning'),
        this.#say('problemsFrom', { total: count(total), source: dataset.source }),
        known === null ? null : ` ${known}`,
      ),
      this.#list,
      this.#more,
    );
  }

  #line({ message, line, column, excerpt }: ImportProblem): HTMLElement {
    const count = line.toLocaleString('en-US');
    const place =
      column === undefined ? this.#say('place', { line: count }) : this.#say('placeColumn', { line: count, column });
    return element(
      'li',
      {},
      element('span', { class: 'quiet place' }, place),
      element('span', {}, message),
      excerpt !== undefined && element('code', { class: 'excerpt cut', title: excerpt, dir: 'auto' }, excerpt),
    );
  }

  #drawMore({ problems }: DatasetInfo): void {
    const rest = problems.kept - this.#shown;
    const count = Math.min(rest, problemPage);
    const button = element(
      'vscode-button',
      { secondary: true, onclick: () => this.#ask(this.#shown) },
      this.#say('moreProblems', { count }),
    );
    this.#more.replaceChildren(...(rest > 0 ? [button] : []));
  }
}
