import { settingDifferences } from '../../backend/contract/settings.ts';
import { formatChange, formatCount, formatDuration, formatNumber, formatTime } from '../../backend/l10n/format.ts';
import { csv } from '../charts/csv.ts';
import { type Curve, LineChart } from '../charts/lineChart.ts';
import { RunSeries } from '../charts/runSeries.ts';
import { type Shape, shapes } from '../charts/shapes.ts';
import { smooth } from '../charts/smooth.ts';
import {
  type ComparedRun,
  ComparePageState,
  type CompareToHost,
  CompareToPage,
  type RunChoice,
} from '../contract/compareRuns.ts';
import type { FlatSettings } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { button } from '../training/button.ts';
import { newRunTexts } from '../training/newRunTexts.ts';
import { runTexts } from '../training/runTexts.ts';

const page = openPage<CompareToPage, ComparePageState, CompareToHost>(CompareToPage, ComparePageState);
const say = speaker(page.language, runTexts);
const sayNew = speaker(page.language, newRunTexts);
const state = { ...page.state, ids: [...page.state.ids] };
const keep = (): void => page.keep(state);

/** Colours that can be told apart, each with a shape of its own, and then the same ones broken. (VS Code's orange is half transparent.) */
const colours = ['blue', 'yellow', 'green', 'purple', 'red', 'foreground'].map(
  (name) => `--vscode-charts-${name}` as const,
);
const shapeNames = Object.keys(shapes) as Shape[];
const dashes = [[], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4]] as const;
/** So many runs are listed at once; the search finds the others. */
const listed = 200;

let choices: readonly RunChoice[] = [];
const loaded = new Map<string, { readonly run: ComparedRun; readonly series: RunSeries }>();
/** A run keeps its colour while it is chosen, whatever is chosen beside it. */
const slots: (string | null)[] = [];

const search = element('input', {
  type: 'search',
  class: 'search',
  placeholder: say('compare.search'),
  'aria-label': say('compare.search'),
  onInput: () => drawList(),
});
const list = element('ul', { class: 'list' });
const note = element('p', { class: 'quiet' });
const plot = element('div');
const empty = element('p', { class: 'empty quiet' });
const chart = new LineChart(plot, { height: 340, stepLabel: say('chart.step'), format: formatNumber });
const slider = element('input', {
  type: 'range',
  min: 0,
  max: 0.99,
  step: 0.01,
  value: state.smoothing,
  onInput: () => {
    state.smoothing = Number(slider.value);
    draw();
  },
});
const flag = (name: 'logScale' | 'heldOut', label: string): HTMLElement => {
  const box = element('input', {
    type: 'checkbox',
    checked: state[name],
    onChange: () => {
      state[name] = box.checked;
      draw();
    },
  });
  return element('label', { class: 'small-label' }, box, label);
};
const table = element('div', { class: 'table' });
const failure = element('div', { class: 'banner', role: 'alert', hidden: true });
const tools = element(
  'div',
  { class: 'row tools' },
  element('h2', { class: 'grow', title: say('chart.zoom') }, say('chart.loss')),
  element('label', { class: 'small-label' }, say('chart.smoothing'), slider),
  flag('heldOut', say('compare.heldOut')),
  flag('logScale', say('chart.log')),
  button({
    label: say('chart.png'),
    icon: 'device-camera',
    bare: true,
    onClick: () => page.send({ type: 'savePng', data: chart.png() }),
  }),
  button({
    label: say('chart.csv'),
    icon: 'table',
    bare: true,
    onClick: () => page.send({ type: 'saveCsv', text: curvesCsv() }),
  }),
);
document.body.append(
  element('header', {}, element('h1', {}, say('compare.title'))),
  failure,
  element(
    'main',
    {},
    element('nav', { class: 'stack', 'aria-label': say('compare.choose') }, search, list, note),
    element('div', { class: 'stack grow' }, tools, plot, empty, table),
  ),
);

page.onMessage((message) => {
  failure.hidden = message.type !== 'failure';
  switch (message.type) {
    case 'choices':
      choices = message.runs;
      break;
    case 'run': {
      const series = new RunSeries();
      series.append(message.metrics);
      loaded.set(message.run.id, { run: message.run, series });
      if (state.ids.includes(message.run.id)) takeSlot(message.run.id);
      break;
    }
    case 'more':
      loaded.get(message.id)?.series.append(message.metrics);
      break;
    case 'gone':
      toggle(message.id, false);
      break;
    case 'failure':
      failure.replaceChildren(
        icon('error'),
        element('div', { class: 'grow' }, element('p', {}, message.failure.message), message.failure.hint ?? ''),
        button({
          label: say('do.retry'),
          icon: 'refresh',
          onClick: () => page.send({ type: 'ready', ids: state.ids }),
        }),
      );
      return;
  }
  drawList();
  draw();
});
page.send({ type: 'ready', ids: state.ids });

function toggle(id: string, on: boolean): void {
  state.ids = state.ids.filter((each) => each !== id);
  const slot = slots.indexOf(id);
  if (slot >= 0) slots[slot] = null;
  if (on) {
    state.ids.push(id);
    if (loaded.has(id)) takeSlot(id);
    // A run that goes on has more by now.
    page.send({ type: 'read', id });
  }
  drawList();
  draw();
}

function takeSlot(id: string): void {
  if (slots.includes(id)) return;
  const free = slots.indexOf(null);
  slots[free < 0 ? slots.length : free] = id;
}

interface Style {
  readonly colour: (typeof colours)[number];
  readonly shape: Shape;
  readonly dash: readonly number[];
}

function styleOf(id: string): Style {
  const slot = Math.max(0, slots.indexOf(id));
  const shape = shapeNames[slot % shapeNames.length]!;
  const dash = dashes[Math.floor(slot / colours.length) % dashes.length]!;
  return { colour: colours[slot % colours.length]!, shape, dash };
}

/** Colour and shape of a run as its curves have them, over a broken line where theirs is; empty where it is not drawn. */
function swatch(id: string): HTMLElement {
  if (!state.ids.includes(id) || !loaded.has(id)) return element('span', { class: 'swatch' });
  const { colour, shape, dash } = styleOf(id);
  const made = element('span', { class: 'swatch', 'aria-hidden': 'true' }, shapes[shape]);
  made.style.color = `var(${colour})`;
  const [on = 1, off = 0] = dash.map((length) => Math.min(4, length));
  if (dash.length > 0) {
    const line = `currentColor 0 ${on}px, transparent ${on}px ${on + off / 2}px`;
    made.style.background = `repeating-linear-gradient(90deg, ${line}) bottom / 100% 2px no-repeat`;
  }
  return made;
}

function drawList(): void {
  const wanted = search.value.trim().toLowerCase();
  const chosen = choices.filter(({ id }) => state.ids.includes(id));
  const others = choices.filter(({ id, name }) => !state.ids.includes(id) && name.toLowerCase().includes(wanted));
  const focused = (document.activeElement as HTMLInputElement | null)?.value;
  list.replaceChildren(
    ...[...chosen, ...others.slice(0, listed)].map(({ id, name, state: how, created_at }) => {
      const on = state.ids.includes(id);
      const box = element('input', {
        type: 'checkbox',
        value: id,
        checked: on,
        onChange: () => toggle(id, box.checked),
      });
      const about = `${say(`state.${how}`)} · ${formatTime(created_at)}`;
      const label = element(
        'label',
        { class: 'run', title: `${name}\n${about}` },
        box,
        swatch(id),
        element('span', { class: 'cut' }, name),
      );
      return element('li', {}, label);
    }),
  );
  if (focused) list.querySelector<HTMLInputElement>(`input[value="${CSS.escape(focused)}"]`)?.focus();
  note.textContent = choices.length === 0 ? say('compare.noRuns') : '';
}

function chosenRuns() {
  return state.ids.flatMap((id) => loaded.get(id) ?? []);
}

function draw(): void {
  keep();
  const chosen = chosenRuns();
  plot.hidden = chosen.length === 0;
  empty.hidden = chosen.length >= 2;
  empty.textContent = choices.length === 0 ? '' : say('compare.empty');
  const curves = chosen.flatMap(({ run, series }): Curve[] => {
    const style = styleOf(run.id);
    const own: Curve[] = [
      {
        label: run.name,
        ...style,
        steps: series.train.steps,
        values: smooth(series.train.column('loss'), state.smoothing),
      },
    ];
    if (state.heldOut && series.heldOut.length > 0) {
      const values = series.heldOut.column('loss');
      own.push({
        label: `${run.name} · ${say('chart.heldOut')}`,
        unlisted: true,
        ...style,
        dash: [4, 4],
        steps: series.heldOut.steps,
        values,
        marks: values.length < 60,
      });
    }
    return own;
  });
  chart.show({ curves, logScale: state.logScale, summary: say('compare.chart', { count: chosen.length }) });
  table.replaceChildren(...(chosen.length > 0 ? [comparison(chosen.map(({ run }) => run))] : []));
}

/** Results, and below them only the settings in which the runs differ. */
function comparison(runs: readonly ComparedRun[]): HTMLElement {
  const number = (value: number | null): string => (value === null ? '–' : formatNumber(value));
  const head = element(
    'tr',
    {},
    element('td'),
    ...runs.map(({ id, name }) => {
      const open = element(
        'button',
        { class: 'link', type: 'button', title: say('compare.open'), onClick: () => page.send({ type: 'open', id }) },
        name,
      );
      return element('th', { scope: 'col' }, swatch(id), ' ', open);
    }),
  );
  const row = (name: string, cells: readonly string[]): HTMLElement =>
    element('tr', {}, element('th', { scope: 'row' }, name), ...cells.map((cell) => element('td', {}, cell)));
  const section = (name: string): HTMLElement =>
    element('tr', { class: 'section' }, element('th', { scope: 'colgroup', colspan: runs.length + 1 }, name));
  const verdictOf = ({ verdict }: ComparedRun): string => {
    if (!verdict) return '–';
    const { kind, difference } = verdict;
    return `${say(`verdict.${kind}`)}${difference ? ` ${formatChange(difference.change)}` : ''}`;
  };
  const differing = settingDifferences(runs);
  return element(
    'table',
    {},
    head,
    section(say('compare.results')),
    row(
      say('compare.state'),
      runs.map((run) => say(`state.${run.state}`)),
    ),
    row(say('compare.verdict'), runs.map(verdictOf)),
    row(
      say('compare.heldOutLoss'),
      runs.map((run) => number(run.held_out_loss)),
    ),
    row(
      say('compare.trainLoss'),
      runs.map((run) => number(run.train_loss)),
    ),
    row(
      say('chart.step'),
      runs.map((run) => formatCount(run.step)),
    ),
    row(
      say('compare.duration'),
      runs.map(({ seconds }) => (seconds === null ? '–' : formatDuration(page.language, seconds))),
    ),
    section(say('compare.differences')),
    ...differing.map(({ path, values }) =>
      row(
        settingName(path),
        values.map((value) => valueText(value)),
      ),
    ),
    runs.length > 1 && differing.length === 0
      ? element('tr', {}, element('td', { class: 'quiet', colspan: runs.length + 1 }, say('compare.same')))
      : null,
  );
}

function valueText(value: FlatSettings[string] | undefined): string {
  if (value === undefined || value === null) return '–';
  if (typeof value === 'number') return String(Number(value.toPrecision(10)));
  return Array.isArray(value) ? value.join(' ') : String(value);
}

/** In words where the form of a new run has them; else as the recipe writes it. */
function settingName(path: string): string {
  const key = `setting.${path}`;
  return key in newRunTexts ? sayNew(key as keyof typeof newRunTexts) : path;
}

/** All points of all chosen runs, one a line. */
function curvesCsv(): string {
  const rows = chosenRuns().flatMap(({ run, series }) => {
    const part = (kind: string, steps: Float64Array, values: Float64Array) =>
      Array.from(steps, (step, i) => [run.name, kind, step, values[i]] as const);
    return [
      ...part('train', series.train.steps, series.train.column('loss')),
      ...part('held_out', series.heldOut.steps, series.heldOut.column('loss')),
    ];
  });
  return csv(['run', 'curve', 'step', 'loss'], rows);
}
