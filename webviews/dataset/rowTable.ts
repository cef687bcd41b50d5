import type { RowContent, RowQuestion, TableRow } from '../contract/dataset.ts';
import { element, icon } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import { noticeText } from './notices.ts';
import { PagedRows, pageSize } from './pagedRows.ts';
import { rowWindow, scrollHeight, scrollTopFor } from './rowWindow.ts';
import type { datasetTexts } from './texts.ts';

export interface RowTableOptions {
  readonly say: Say<keyof typeof datasetTexts>;
  readonly ask: (offset: number, limit: number) => void;
  readonly onOpen: (row: TableRow) => void;
  readonly onSort: (sort: RowQuestion['sort']) => void;
}

/** The height of a row in main.css, px. */
const rowHeight = 28;

/** A table of which only the rows in sight exist. One tab stop; arrows move, Enter opens. */
export class RowTable {
  readonly root: HTMLElement;
  readonly #options: RowTableOptions;
  readonly #rows: PagedRows<TableRow>;
  readonly #head = element('div', { class: 'table-head', role: 'row' });
  readonly #scroller: HTMLElement;
  readonly #area = element('div', { class: 'table-area', role: 'presentation' });
  #matching = 0;
  #active = 0;
  #open: number | null = null;
  #inTokens = false;
  #drawing = 0;

  constructor(options: RowTableOptions) {
    this.#options = options;
    this.#rows = new PagedRows((offset, limit) => options.ask(offset, limit));
    this.#scroller = element('div', { class: 'table-body', role: 'rowgroup', tabindex: -1 }, this.#area);
    this.root = element(
      'div',
      {
        class: 'table',
        role: 'grid',
        tabindex: 0,
        'aria-label': options.say('table'),
        onkeydown: (event) => this.#key(event as KeyboardEvent),
        onfocus: () => this.draw(),
      },
      this.#head,
      this.#scroller,
    );
    this.#scroller.addEventListener('scroll', () => this.draw(), { passive: true });
    this.#area.addEventListener('click', (event) => this.#click(event));
    new ResizeObserver(() => this.draw()).observe(this.#scroller);
  }

  /** Another question: all rows are asked for anew. */
  reset(question: RowQuestion): void {
    this.#inTokens = question.base !== null;
    this.#rows.clear();
    this.#active = 0;
    this.#scroller.scrollTop = 0;
    this.#drawHead(question);
    this.root.classList.add('waiting');
    this.#rows.need(0, pageSize);
  }

  /** The same rows, of which more is known now. */
  refresh(): void {
    this.#rows.clear();
    this.draw();
  }

  put(offset: number, rows: readonly TableRow[], matching: number): void {
    this.#matching = matching;
    this.root.classList.remove('waiting');
    this.root.setAttribute('aria-rowcount', String(matching + 1));
    this.#area.style.height = `${scrollHeight(matching, rowHeight)}px`;
    this.#rows.put(offset, rows);
    // A column that is empty in every row seen so far takes no room; once it was needed it stays.
    if (rows.some(({ row }) => row.messages[0]?.role === 'system')) this.root.classList.add('with-system');
    if (rows.some(({ row }) => toolWords(row) !== '')) this.root.classList.add('with-tools');
    this.draw();
  }

  failed(): void {
    this.#rows.forgetAsked();
    this.root.classList.remove('waiting');
  }

  /** Marks the row that is open, by its place in the data set. */
  mark(index: number | null): void {
    this.#open = index;
    // The keyboard goes on from the row that is open, however it was opened.
    const at = index === null ? -1 : this.#rows.placeOf((row) => row.index === index);
    if (at >= 0) this.#active = at;
    this.draw();
  }

  draw(): void {
    if (this.#drawing !== 0) return;
    this.#drawing = requestAnimationFrame(() => {
      this.#drawing = 0;
      this.#drawRows();
    });
  }

  #drawRows(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const { first, count, top } = rowWindow(scrollTop, clientHeight, this.#matching, rowHeight);
    if (count > 0) this.#rows.need(first, count);
    const drawn = Array.from({ length: count }, (_, at) => {
      const line = this.#line(first + at);
      line.style.transform = `translateY(${top + at * rowHeight}px)`;
      return line;
    });
    this.#area.replaceChildren(...drawn);
    if (this.#matching > 0) this.root.setAttribute('aria-activedescendant', `row-${this.#active}`);
    else this.root.removeAttribute('aria-activedescendant');
  }

  #drawHead({ sort, order }: RowQuestion): void {
    const { say, onSort } = this.#options;
    const sorted = (by: RowQuestion['sort'], label: string, name: string): HTMLElement => {
      const mark = sort === by ? icon(order === 'ascending' ? 'arrow-up' : 'arrow-down') : null;
      const button = element(
        'button',
        { type: 'button', title: say('sortBy', { column: name }), onclick: () => onSort(by) },
        label,
        mark,
      );
      return element(
        'span',
        { role: 'columnheader', class: `cell ${by}`, 'aria-sort': sort === by ? order : 'none' },
        button,
      );
    };
    const plain = (label: string, name: string): HTMLElement =>
      element('span', { role: 'columnheader', class: `cell ${name}` }, label);
    const length = say(this.#inTokens ? 'column.tokens' : 'column.characters');
    this.#head.replaceChildren(
      sorted('index', say('column.number'), say('column.number')),
      plain(say('column.system'), 'system'),
      plain(say('column.user'), 'user'),
      plain(say('column.assistant'), 'assistant'),
      plain(say('column.tools'), 'tools'),
      sorted('length', length, length),
      element(
        'span',
        { role: 'columnheader', class: 'cell notices', title: say('column.notices') },
        icon('warning'),
        element('span', { class: 'for-screen-readers' }, say('column.notices')),
      ),
    );
  }

  #line(at: number): HTMLElement {
    const { say } = this.#options;
    const found = this.#rows.at(at);
    const cell = (name: string, ...content: (Node | string | null)[]): HTMLElement =>
      element('span', { role: 'gridcell', class: `cell ${name}` }, ...content);
    const attributes = { id: `row-${at}`, role: 'row', 'aria-rowindex': at + 2, 'data-at': at };
    const active = at === this.#active ? ' active' : '';
    if (!found) return element('div', { ...attributes, class: `line coming${active}`, 'aria-busy': 'true' });
    const { messages } = found.row;
    const first = (role: string): string =>
      messages.find((message) => message.role === role && message.content.trim() !== '')?.content ?? '';
    const more = messages.filter(({ role }) => role === 'user').length - 1;
    const open = found.index === this.#open;
    const length = this.#inTokens ? found.tokens : found.characters;
    const notices = found.notices.map((notice) => noticeText(say, notice, found)).join('\n');
    return element(
      'div',
      { ...attributes, class: `line${active}${open ? ' open' : ''}`, 'aria-selected': String(open) },
      cell('index', (found.index + 1).toLocaleString('en-US')),
      cell('system', oneLine(first('system'))),
      cell('user', oneLine(first('user'))),
      cell(
        'assistant',
        more > 0 ? element('span', { class: 'turns' }, say('turns', { count: more })) : null,
        oneLine(first('assistant')),
      ),
      cell('tools', oneLine(toolWords(found.row))),
      cell('length', length === null ? '–' : length.toLocaleString('en-US')),
      element(
        'span',
        { role: 'gridcell', class: 'cell notices', title: notices, 'aria-label': notices },
        notices === '' ? null : icon('warning'),
      ),
    );
  }

  #click(event: Event): void {
    const line = (event.target as HTMLElement).closest<HTMLElement>('[data-at]');
    if (line) this.#choose(Number(line.dataset.at));
  }

  #choose(at: number): void {
    this.#active = at;
    const row = this.#rows.at(at);
    if (row) this.#options.onOpen(row);
    this.draw();
  }

  #key(event: KeyboardEvent): void {
    if (this.#matching === 0 || event.target !== this.root) return;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / rowHeight) - 1);
    const to: Readonly<Record<string, number>> = {
      ArrowDown: this.#active + 1,
      ArrowUp: this.#active - 1,
      PageDown: this.#active + page,
      PageUp: this.#active - page,
      Home: 0,
      End: this.#matching - 1,
    };
    if (event.key === 'Enter' || event.key === ' ') this.#choose(this.#active);
    else if (to[event.key] !== undefined) this.#moveTo(to[event.key]!);
    else return;
    event.preventDefault();
  }

  #moveTo(at: number): void {
    this.#active = Math.min(Math.max(0, at), this.#matching - 1);
    const { scrollTop, clientHeight } = this.#scroller;
    this.#scroller.scrollTop = scrollTopFor(this.#active, scrollTop, clientHeight, this.#matching, rowHeight);
    this.draw();
  }
}

/** What the row calls, or else what it could call. */
function toolWords({ messages, tools }: RowContent): string {
  const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
  if (calls.length > 0) {
    return calls.map(({ function: call }) => `${call.name}(${Object.keys(call.arguments).join(', ')})`).join(', ');
  }
  return (tools ?? []).map((tool) => tool.function.name).join(', ');
}

/** What a cell can show at most; the whole text of a long row would only slow the page down. */
const cellLength = 300;

function oneLine(text: string): string {
  return text.slice(0, cellLength).replace(/\s+/gu, ' ').trim();
}
