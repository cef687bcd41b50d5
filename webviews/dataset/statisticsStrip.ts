import type { Statistics } from '../contract/dataset.ts';
import { element } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import type { datasetTexts } from './texts.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** Lengths as bars, with the context of the model as a line, and what the rows are in. */
export function statisticsStrip(say: Say<keyof typeof datasetTexts>, statistics: Statistics): HTMLElement {
  const { lengths, languages, rows, context } = statistics;
  const { unit, median, longest } = lengths;
  const total =
    statistics.tokens === null
      ? say('totalCharacters', { count: number(statistics.characters) })
      : say('totalTokens', { count: number(statistics.tokens) });
  const spoken = (['en', 'ja', 'other'] as const)
    .filter((language) => languages[language] > 0)
    .sort((a, b) => languages[b] - languages[a])
    .map((language) => say(`language.${language}`, { share: percent(languages[language] / rows) }))
    .join(say('comma'));
  return element(
    'div',
    { class: 'statistics' },
    fact(say(`unit.${unit}`), say('lengths', { median: number(median), longest: number(longest) }), bars()),
    fact(say('total'), total),
    fact(say('languages'), spoken, null, say('languagesHint')),
  );

  function bars(): HTMLElement {
    const most = Math.max(1, ...lengths.counts);
    // The context is drawn where it lies among the bars; a far larger one is only told.
    const end = lengths.counts.length * lengths.width;
    const drawn = lengths.counts.map((count, at) => {
      const from = at * lengths.width;
      const title = say('bar', { from: number(from), to: number(from + lengths.width), count: number(count) });
      const bar = element('span', { class: context !== null && from >= context ? 'bar beyond' : 'bar', title });
      bar.style.setProperty('--share', String(count === 0 ? 0 : Math.max(0.04, count / most)));
      return bar;
    });
    const name = `${say(`unit.${unit}`)}: ${say('lengths', { median: number(median), longest: number(longest) })}`;
    const chart = element('span', { class: 'bars', role: 'img', 'aria-label': name }, ...drawn);
    if (context !== null && context <= end) {
      const line = element('span', { class: 'context', title: say('context', { context: number(context) }) });
      line.style.setProperty('--at', String(context / end));
      chart.append(line);
    }
    return chart;
  }
}

function fact(label: string, value: string, chart: HTMLElement | null = null, title?: string): HTMLElement {
  const words = element(
    'span',
    { class: 'words', title },
    element('span', { class: 'quiet' }, label),
    element('span', {}, value),
  );
  return element('div', { class: 'fact' }, chart, words);
}

/** Never all or nothing where it is not quite so. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  if (rounded === 100 && share < 1) return '> 99 %';
  if (rounded === 0 && share > 0) return '< 1 %';
  return `${rounded} %`;
}
