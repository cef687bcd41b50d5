import { formatChange, formatNumber } from '../../backend/l10n/format.ts';
import type { Verdict } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import { formatPercent } from './format.ts';
import type { RunWords } from './words.ts';

export const verdictIcons: Readonly<Record<Verdict['kind'], string>> = {
  better: 'arrow-up',
  none: 'dash',
  worse: 'arrow-down',
  forgot: 'warning',
  unmeasured: 'question',
};

interface Losses {
  readonly base: number;
  readonly tuned: number;
}

/** The headline of a run that has ended: what was shown, in numbers, and what to try next. */
export function verdictBlock({ say }: RunWords, verdict: Verdict, losses: Losses | null): HTMLElement {
  const { kind, difference, regression } = verdict;
  const numbers = (of: NonNullable<Verdict['difference']>) => ({
    base: formatPercent(of.base),
    tuned: formatPercent(of.tuned),
    change: formatChange(of.change),
    low: formatChange(of.low),
    high: formatChange(of.high),
  });
  const lines = [
    difference && say('verdict.numbers', numbers(difference)),
    regression && say(kind === 'forgot' ? 'verdict.lost' : 'verdict.kept', numbers(regression)),
    losses && say('verdict.losses', { base: formatNumber(losses.base), tuned: formatNumber(losses.tuned) }),
  ];
  return element(
    'section',
    { class: `verdict ${kind}`, role: 'status' },
    icon(verdictIcons[kind]),
    element(
      'div',
      { class: 'stack tight' },
      element(
        'p',
        {},
        element('strong', {}, say(`verdict.${kind}`)),
        ' ',
        lines.filter((line) => line !== null).join(' '),
      ),
      kind === 'better' ? null : element('p', { class: 'quiet' }, say(`advice.${kind}`)),
    ),
  );
}
