import type { Points } from './downsample.ts';

/** Curves with steps of their own on one axis: `undefined` where a curve has no point, which does not break its line. */
export function joinCurves(curves: readonly Points[]): [number[], ...(number | null | undefined)[][]] {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const place = new Map(x.map((value, index) => [value, index]));
  const columns = curves.map((curve) => {
    const column: (number | null | undefined)[] = new Array(x.length).fill(undefined);
    for (const [i, value] of curve.x.entries()) {
      const y = curve.y[i]!;
      // A loss that is no number is a gap: it is not drawn over.
      column[place.get(value)!] = Number.isFinite(y) ? y : null;
    }
    return column;
  });
  return [x, ...columns];
}
