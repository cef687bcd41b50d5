import { formatBytes, formatCount, formatNumber } from '../../backend/l10n/format.ts';
import { csv } from '../charts/csv.ts';
import { type Curve, LineChart } from '../charts/lineChart.ts';
import type { RunSeries } from '../charts/runSeries.ts';
import { smooth } from '../charts/smooth.ts';
import type { RunToHost } from '../contract/run.ts';
import { type MetricName, metricNames } from '../contract/training.ts';
import { element } from '../shared/element.ts';
import { button } from '../training/button.ts';
import type { RunWords } from '../training/words.ts';

export interface ChartLook {
  smoothing: number;
  logScale: boolean;
  /** The step whose answers are looked at; null: the newest. */
  readonly answersAt: number | null;
}

export interface RunCharts {
  readonly loss: HTMLElement;
  readonly smalls: HTMLElement;
  /** Draws what the series has now. */
  update(): void;
}

const smallCharts: readonly (readonly [Exclude<MetricName, 'loss'>, (value: number) => string, boolean])[] = [
  ['learning_rate', formatNumber, true],
  ['gradient_norm', formatNumber, false],
  ['tokens_per_second', formatCount, true],
  ['memory', formatBytes, true],
];

interface Options {
  readonly words: RunWords;
  readonly series: RunSeries;
  readonly look: ChartLook;
  readonly onLook: () => void;
  readonly send: (message: RunToHost) => void;
}

/** The curves of a run: loss in large, with what to do with it, and the others in small. */
export function runCharts({ words: { say }, series, look, onLook, send }: Options): RunCharts {
  const plot = element('div');
  const empty = element('p', { class: 'quiet empty' }, say('run.noSteps'));
  const chart = new LineChart(plot, { height: 300, stepLabel: say('chart.step'), format: formatNumber });
  const changed = (): void => {
    onLook();
    update();
  };
  const slider = element('input', {
    type: 'range',
    min: 0,
    max: 0.99,
    step: 0.01,
    value: look.smoothing,
    onInput: () => {
      look.smoothing = Number(slider.value);
      changed();
    },
  });
  const log = element('input', {
    type: 'checkbox',
    checked: look.logScale,
    onChange: () => {
      look.logScale = log.checked;
      changed();
    },
  });
  const tools = element(
    'div',
    { class: 'row tools' },
    element('h2', { class: 'grow', title: say('chart.zoom') }, say('chart.loss')),
    element('label', { class: 'small-label' }, say('chart.smoothing'), slider),
    element('label', { class: 'small-label' }, log, say('chart.log')),
    button({
      label: say('chart.png'),
      icon: 'device-camera',
      bare: true,
      onClick: () => send({ type: 'savePng', data: chart.png() }),
    }),
    button({
      label: say('chart.csv'),
      icon: 'table',
      bare: true,
      onClick: () => send({ type: 'saveCsv', text: seriesCsv(series) }),
    }),
  );
  const smalls = smallCharts.map(([name, format, fromZero]) => {
    const host = element('div');
    const value = element('span');
    const small = new LineChart(host, { height: 48, small: true, fromZero, stepLabel: '', format });
    const label = element('span', { class: 'small-label' }, say(`chart.${name}`));
    return {
      name,
      format,
      value,
      small,
      element: element('div', {}, element('div', { class: 'small-head' }, label, value), host),
    };
  });

  function update(): void {
    const { steps } = series.train;
    const raw = series.train.column('loss');
    const heldOut = series.heldOut.column('loss');
    const has = steps.length > 0 || heldOut.length > 0;
    plot.hidden = !has;
    empty.hidden = has;
    const smoothed = smooth(raw, look.smoothing);
    const curves: Curve[] = [];
    if (look.smoothing > 0) {
      curves.push({ label: say('chart.trainRaw'), colour: '--train', steps, values: raw, pale: true });
    }
    curves.push({ label: say('chart.train'), colour: '--train', steps, values: smoothed });
    if (heldOut.length > 0) {
      const { steps: at } = series.heldOut;
      curves.push({
        label: say('chart.heldOut'),
        colour: '--held-out',
        steps: at,
        values: heldOut,
        shape: 'circle',
        marks: at.length < 60,
        dash: [6, 3],
      });
    }
    const summary = say('chart.summary', {
      points: formatCount(steps.length),
      loss: formatNumber(raw.at(-1) ?? Number.NaN),
      heldOut: formatNumber(heldOut.at(-1) ?? Number.NaN),
    });
    const best = series.best();
    chart.show({
      curves,
      logScale: look.logScale,
      summary,
      ...(look.answersAt === null ? {} : { lookedAt: look.answersAt }),
      ...(best ? { best: { ...best, colour: '--held-out', label: say('chart.best') } } : {}),
    });
    for (const { name, format, value, small } of smalls) {
      const values = series.train.column(name);
      const now = values.length === 0 ? '–' : format(values.at(-1)!);
      value.textContent = now;
      const label = say(`chart.${name}`);
      small.show({
        curves: [{ label, colour: '--train', steps, values }],
        summary: say('chart.smallSummary', { name: label, value: now }),
      });
    }
  }

  return {
    loss: element('section', {}, tools, plot, empty),
    smalls: element('section', { class: 'smalls' }, ...smalls.map((small) => small.element)),
    update,
  };
}

/** Every point of a run, one step a line. */
function seriesCsv(series: RunSeries): string {
  const heldOut = new Map([...series.heldOut.steps].map((step, i) => [step, series.heldOut.column('loss')[i]]));
  const columns = metricNames.map((name) => series.train.column(name));
  const steps = [...series.train.steps];
  const rows = steps.map((step, i) => [step, ...columns.map((column) => column[i]), heldOut.get(step)]);
  // Measured before the first step or after the last.
  const trained = new Set(steps);
  const only = [...heldOut].filter(([step]) => !trained.has(step));
  const more = only.map(([step, loss]) => [step, ...metricNames.map(() => null), loss]);
  return csv(
    ['step', ...metricNames, 'held_out_loss'],
    [...rows, ...more].sort((a, b) => a[0]! - b[0]!),
  );
}
