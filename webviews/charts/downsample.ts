import { firstAtLeast } from './metricSeries.ts';

export interface Points {
  readonly x: number[];
  readonly y: number[];
}

/**
 * What of a curve can be seen in `columns` pixels between two x: of each pixel the first, lowest, highest and last point,
 * so that no spike is lost (M4: Jugel and others, VLDB 2014), and one point beyond each edge, so that the line reaches it.
 * `x` rises. A curve with no more points than that is returned as it is.
 */
export function downsample(x: Float64Array, y: Float64Array, columns: number, from: number, to: number): Points {
  const start = Math.max(0, firstAtLeast(x, from) - 1);
  const past = firstAtLeast(x, to);
  const end = Math.min(x.length, past + (x[past] === to ? 2 : 1));
  if (end - start <= columns * 4) {
    return { x: Array.from(x.subarray(start, end)), y: Array.from(y.subarray(start, end)) };
  }
  const kept: Points = { x: [], y: [] };
  const width = (to - from) / columns;
  const columnOf = (index: number): number => Math.floor((x[index]! - from) / width);
  for (let i = start; i < end; ) {
    const column = columnOf(i);
    let lowest = i;
    let highest = i;
    let last = i;
    for (; last < end && columnOf(last) === column; last += 1) {
      if (y[last]! < y[lowest]!) lowest = last;
      if (y[last]! > y[highest]!) highest = last;
    }
    const chosen = [...new Set([i, lowest, highest, last - 1])].sort((a, b) => a - b);
    for (const index of chosen) {
      kept.x.push(x[index]!);
      kept.y.push(y[index]!);
    }
    i = last;
  }
  return kept;
}
