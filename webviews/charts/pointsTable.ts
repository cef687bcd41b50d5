import { element } from '../shared/element.ts';
import type { Curve } from './lineChart.ts';
import { firstAtLeast } from './metricSeries.ts';

/** As many as can be listened to. */
const mostRows = 12;

/** The curves in numbers, for those who cannot see them: some steps from the first to the last, and each curve there. */
export function pointsTable(
  caption: string,
  stepLabel: string,
  curves: readonly Curve[],
  format: (value: number) => string,
): HTMLElement {
  const told = curves.filter(({ pale, steps }) => !pale && steps.length > 0);
  const steps = samples(told);
  const value = ({ steps, values }: Curve, step: number): string => {
    const at = firstAtLeast(steps, step);
    return steps[at] === step ? format(values[at]!) : '–';
  };
  return element(
    'table',
    {},
    element('caption', {}, caption),
    element(
      'tr',
      {},
      ...[stepLabel, ...told.map(({ label }) => label)].map((name) => element('th', { scope: 'col' }, name)),
    ),
    ...steps.map((step) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, step.toLocaleString('en-US')),
        ...told.map((curve) => element('td', {}, value(curve, step))),
      ),
    ),
  );
}

/** Steps of the curve with the fewest points, where the others most likely have one too; thinned out evenly. */
function samples(curves: readonly Curve[]): number[] {
  const [sparse] = curves.toSorted((a, b) => a.steps.length - b.steps.length);
  const last = Math.max(0, ...curves.map(({ steps }) => steps.at(-1)!));
  const all = [...new Set([...(sparse?.steps ?? []), last])];
  if (all.length <= mostRows) return all;
  return Array.from({ length: mostRows }, (_, i) => all[Math.round((i * (all.length - 1)) / (mostRows - 1))]!);
}
