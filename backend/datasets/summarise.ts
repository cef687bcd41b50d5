import type { DatasetStatistics } from '../contract/datasetView.ts';
import { noticesOf, type ReadFacts } from './noticesOf.ts';

const bars = 24;

export function summarise(facts: ReadFacts): DatasetStatistics {
  const { rows, messages, characters, tokens, context, languages } = facts;
  const notices = { duplicate: 0, contradiction: 0, echo: 0, unreadable: 0, long: 0 };
  let problems = 0;
  for (let at = 0; at < rows; at++) {
    const found = noticesOf(at, facts);
    for (const notice of found) notices[notice]++;
    if (found.some((notice) => notice !== 'duplicate' && notice !== 'long')) problems++;
  }
  return {
    rows,
    messages,
    characters: sum(characters),
    tokens: tokens && sum(tokens),
    context,
    lengths: histogram(tokens ?? characters, tokens ? 'tokens' : 'characters'),
    notices,
    filters: { all: rows, problems, duplicates: notices.duplicate, long: notices.long },
    languages,
  };
}

function histogram(lengths: Uint32Array, unit: 'tokens' | 'characters'): DatasetStatistics['lengths'] {
  const sorted = lengths.toSorted();
  const longest = sorted.at(-1) ?? 0;
  const width = roundUp(Math.max(1, longest / bars));
  const counts = new Array<number>(Math.max(1, Math.ceil(longest / width))).fill(0);
  for (const length of lengths) counts[Math.max(0, Math.ceil(length / width) - 1)]!++;
  return { unit, width, counts, median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, longest };
}

/** To 1, 2 or 5 times a power of ten, so that the bars have edges that a person can read. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= value) ?? 10 * power;
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
