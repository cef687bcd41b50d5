import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import {
  type DatasetInfo,
  DatasetPageState,
  type DatasetToHost,
  DatasetToPage,
  type RowFilter,
  type RowQuestion,
  type Statistics,
} from '../contract/dataset.ts';
import type { Failure } from '../contract/failure.ts';
import { element } from '../shared/element.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { pageHead } from './pageHead.ts';
import { ProblemList } from './problemList.ts';
import { banner, RowDetail, type Tab } from './rowDetail.ts';
import { RowTable } from './rowTable.ts';
import { SplitForm } from './splitForm.ts';
import { statisticsStrip } from './statisticsStrip.ts';
import { datasetTexts } from './texts.ts';

type FailureMessage = Extract<DatasetToPage, { type: 'failure' }>;

const page = openPage<DatasetToPage, DatasetPageState, DatasetToHost>(DatasetToPage, DatasetPageState);
const say = speaker(page.language, datasetTexts);
const number = (value: number): string => value.toLocaleString('en-US');
const filters: readonly RowFilter[] = ['all', 'problems', 'duplicates', 'long'];
/** How long a person may pause in typing before rows are searched, ms. */
const typingPause = 250;

let datasetId = page.state.datasetId;
let dataset: DatasetInfo | null = null;
let statistics: Statistics | null = null;
let question: RowQuestion = page.state.question ?? {
  search: '',
  filter: 'all',
  sort: 'index',
  order: 'ascending',
  base: null,
};
let tab: Tab = page.state.tab ?? 'edit';
/** The row to be opened as soon as it comes. */
let toOpen = page.state.open ?? null;
let asked = 0;
let matching: number | null = null;
let noticed = true;
let typing: ReturnType<typeof setTimeout> | undefined;

const header = element('header', { class: 'page-head' });
const failures = element('div', { class: 'failures' });
const strip = element('div', { class: 'strip', 'aria-busy': 'true' });
const search = element('vscode-textfield', { placeholder: say('search'), label: say('search'), class: 'search' });
const filterBar = element('div', { class: 'filters', role: 'radiogroup', 'aria-label': say('filters') });
const reader = element('vscode-single-select', { label: say('reader'), class: 'reader' });
const count = element('span', { class: 'quiet count', role: 'status' });
const none = element('div', { class: 'empty', hidden: true });
const table = new RowTable({
  say,
  ask: (offset, limit) => page.send({ type: 'rows', datasetId, question: asked, asked: question, offset, limit }),
  onOpen: (row) => {
    if (row.index === detail.row?.index) return;
    if (detail.changed) return tellUnsaved();
    detail.show(row, tab);
    table.mark(row.index);
    if (tab === 'model') askTokens();
    keep();
  },
  onSort: (sort) => {
    const order = question.sort === sort && question.order === 'ascending' ? 'descending' : 'ascending';
    change({ sort, order });
  },
});
const detail = new RowDetail({
  say,
  onTab: (chosen) => {
    if (detail.changed && chosen === 'model') return tellUnsaved();
    tab = chosen;
    detail.setTab(chosen);
    if (chosen === 'model') askTokens();
    keep();
  },
  onClose: () => {
    if (detail.changed) return tellUnsaved();
    detail.show(null, tab);
    table.mark(null);
    table.root.focus();
    keep();
  },
  onEdit: (row, content, branch) => page.send({ type: 'edit', datasetId, row, content, branch }),
  // In a tab of its own: what was typed here is not lost.
  onOpenVersion: (id) => page.send({ type: 'openDataset', datasetId: id }),
});
const problemList = new ProblemList(say, (offset) => page.send({ type: 'problems', datasetId, offset }));
const splitForm = new SplitForm({
  say,
  language: page.language,
  onSplit: (share, seed) => page.send({ type: 'split', datasetId, share, seed }),
  onCancel: () => page.send({ type: 'cancelSplit', datasetId }),
  onOpen: (id) => page.send({ type: 'openDataset', datasetId: id }),
});

search.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => change({ search: fieldValue(search) }), typingPause);
});
reader.addEventListener('change', () => {
  const base = fieldValue(reader);
  change({ base: base === '' ? null : base });
  askStatistics();
  if (tab === 'model' && detail.row) askTokens();
});
none.append(
  element('p', {}, say('none')),
  element('p', { class: 'quiet' }, say('noneHint')),
  element('vscode-button', { secondary: true, onclick: showAll }, say('showAll')),
);
document.body.append(
  header,
  element(
    'main',
    {},
    failures,
    splitForm.root,
    strip,
    element(
      'div',
      { class: 'toolbar' },
      search,
      filterBar,
      element('label', { class: 'reader-label' }, say('reader'), reader),
      count,
    ),
    problemList.root,
    element('div', { class: 'rows' }, table.root, none),
  ),
  detail.root,
);
header.append(element('p', { class: 'quiet' }, say('loading')));
setValue(search, question.search);
drawFilters();

page.onMessage((message) => {
  switch (message.type) {
    case 'dataset':
      failures.replaceChildren();
      // An edit that was taken back: the page goes on with the version before.
      if (message.undone) {
        goOn(message.dataset, detail.row?.index ?? null);
        return tell(say('undone', { version: message.dataset.version }));
      }
      return show(message.dataset);
    case 'edited': {
      const row = detail.row?.index ?? null;
      const before = dataset?.version ?? 0;
      const { version } = message.dataset;
      const { undo } = message;
      goOn(message.dataset, row);
      // Where another one had made a version meanwhile, theirs lies between.
      const words = version > before + 1 ? say('savedOnto', { version, onto: version - 1 }) : say('saved', { version });
      const button = element(
        'vscode-button',
        { secondary: true, onclick: () => page.send({ type: 'undo', datasetId, before: undo! }) },
        say('undo'),
      );
      return tell(words, undo === null ? null : button);
    }
    case 'problems':
      return problemList.put(message.offset, message.problems);
    case 'splitting':
      return splitForm.progress(message.share, message.secondsLeft);
    case 'split':
      return splitForm.done(message.made);
    case 'exported':
      return tell(say('exported', { rows: number(message.rows), path: message.path }));
    case 'rows': {
      if (message.question !== asked) return;
      matching = message.matching;
      noticed = message.noticed;
      table.put(message.offset, message.rows, message.matching);
      drawCount();
      const wanted = message.rows.find(({ index }) => index === toOpen);
      if (wanted) {
        detail.show(wanted, tab);
        table.mark(wanted.index);
        if (tab === 'model') askTokens();
      }
      toOpen = null;
      return;
    }
    case 'statistics':
      statistics = message.statistics;
      // What was shown before all rows had been read lacks their tokens and notices.
      if (!noticed) table.refresh();
      noticed = true;
      strip.removeAttribute('aria-busy');
      strip.replaceChildren(statisticsStrip(say, statistics));
      drawHead();
      return drawFilters();
    case 'tokens':
      if (message.row === detail.row?.index) detail.setTokens({ tokens: message.tokens });
      return;
    case 'failure':
      return fail(message.about, message.failure, message.conflict);
  }
});
page.send({ type: 'ready', datasetId });

function show(shown: DatasetInfo): void {
  dataset = shown;
  if (question.base !== null && !shown.models.some(({ id }) => id === question.base))
    question = { ...question, base: null };
  // The newest base is the likeliest to be trained; a choice that was kept stays.
  else if (question.base === null && page.state.question === undefined && asked === 0) {
    question = { ...question, base: shown.models[0]?.id ?? null };
  }
  drawHead();
  problemList.show(shown, question.filter === 'problems');
  reader.replaceChildren(
    element('vscode-option', { value: '', selected: question.base === null }, say('noReader')),
    ...shown.models.map(({ id, name }) =>
      element('vscode-option', { value: id, selected: question.base === id }, name),
    ),
  );
  askRows();
  askStatistics();
}

/** The page goes on with another version, at the same row. */
function goOn(version: DatasetInfo, row: number | null): void {
  datasetId = version.id;
  statistics = null;
  detail.show(null, tab);
  toOpen = row;
  show(version);
  keep();
}

function openVersion(id: string): void {
  if (detail.changed) {
    tellUnsaved();
    return;
  }
  datasetId = id;
  statistics = null;
  toOpen = detail.row?.index ?? null;
  detail.show(null, tab);
  keep();
  page.send({ type: 'ready', datasetId });
}

function drawHead(): void {
  if (!dataset) return;
  const problems = dataset.problems.total + (statistics?.filters.problems ?? 0);
  header.replaceChildren(
    ...pageHead(say, dataset, problems, {
      check: () => change({ filter: 'problems' }),
      split: () => splitForm.open(),
      export: () => page.send({ type: 'export', datasetId }),
      train: () => page.send({ type: 'train', datasetId }),
      open: openVersion,
    }),
  );
}

function change(changed: Partial<RowQuestion>): void {
  question = { ...question, ...changed };
  if (dataset) problemList.show(dataset, question.filter === 'problems');
  drawFilters();
  askRows();
  keep();
}

function showAll(): void {
  clearTimeout(typing);
  setValue(search, '');
  change({ search: '', filter: 'all' });
  table.root.focus();
}

function askRows(): void {
  asked++;
  matching = null;
  none.hidden = true;
  table.root.hidden = false;
  table.reset(question);
  drawCount();
}

function askStatistics(): void {
  strip.setAttribute('aria-busy', 'true');
  if (!statistics) strip.replaceChildren(element('p', { class: 'quiet' }, say('searching')));
  page.send({ type: 'statistics', datasetId, question: asked, base: question.base });
}

function askTokens(): void {
  if (!detail.row) return;
  if (question.base === null) {
    detail.setTokens({ words: say(dataset?.models.length ? 'chooseReader' : 'noModels') });
    return;
  }
  detail.setTokens({ words: say('reading') });
  page.send({ type: 'tokens', datasetId, row: detail.row.index, base: question.base });
}

function drawCount(): void {
  if (!dataset) return;
  const total = number(dataset.rows);
  if (matching === null) count.textContent = say('searching');
  else if (matching === dataset.rows) count.textContent = say('allRows', { total });
  else count.textContent = say('matching', { matching: number(matching), total });
  none.hidden = matching !== 0;
  table.root.hidden = matching === 0;
}

function drawFilters(): void {
  const shown = filters.filter((filter) => filter !== 'long' || question.base !== null || question.filter === 'long');
  const choose = (filter: RowFilter): void => {
    change({ filter });
    filterBar.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  };
  filterBar.replaceChildren(
    ...shown.map((filter, at) => {
      const chosen = filter === question.filter;
      const rows = statistics?.filters[filter];
      return element(
        'button',
        {
          type: 'button',
          role: 'radio',
          class: 'filter',
          'aria-checked': String(chosen),
          tabindex: chosen ? 0 : -1,
          onclick: () => choose(filter),
          onkeydown: (event) => {
            const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[(event as KeyboardEvent).key];
            if (step === undefined) return;
            event.preventDefault();
            choose(shown[(at + step + shown.length) % shown.length]!);
          },
        },
        say(`filter.${filter}`),
        rows !== undefined && element('span', { class: 'quiet' }, number(rows)),
      );
    }),
  );
}

function fail(about: FailureMessage['about'], failure: Failure, conflict: FailureMessage['conflict']): void {
  if (about === 'edit') {
    // With no row open it was the undoing that failed.
    if (detail.row) detail.failed(failure, conflict && { ...conflict, base: dataset?.version ?? 0 });
    else failures.replaceChildren(banner(failure));
    return;
  }
  if (about === 'problems' || about === 'split' || about === 'export') {
    if (about === 'problems') problemList.failed();
    if (about === 'split') splitForm.failed();
    failures.replaceChildren(banner(failure));
    return;
  }
  if (about === 'tokens') {
    detail.setTokens({ words: [failure.message, failure.hint].filter(Boolean).join(' ') });
    return;
  }
  table.failed();
  strip.removeAttribute('aria-busy');
  if (about === 'statistics') strip.replaceChildren();
  if (about === 'dataset') header.replaceChildren();
  const retry = element('vscode-button', { onclick: () => page.send({ type: 'ready', datasetId }) }, say('retry'));
  failures.replaceChildren(banner(failure, retry));
}

/** What can be undone stands until something else is told. */
function tell(words: string, action: HTMLElement | null = null): void {
  const told = element('div', { class: 'row told', role: 'status' }, element('span', {}, words), action);
  failures.replaceChildren(told);
  if (!action) setTimeout(() => told.remove(), 8000);
}

function tellUnsaved(): void {
  detail.failed({ message: say('unsaved') });
}

function keep(): void {
  page.keep({ datasetId, question, open: detail.row?.index ?? null, tab });
}

function fieldValue(field: HTMLElement): string {
  return (field as HTMLElement & { value: string }).value;
}

function setValue(field: HTMLElement, value: string): void {
  (field as HTMLElement & { value: string }).value = value;
}
