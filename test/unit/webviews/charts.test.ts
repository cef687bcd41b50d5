import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csv } from '../../../webviews/charts/csv.ts';
import { downsample } from '../../../webviews/charts/downsample.ts';
import { joinCurves } from '../../../webviews/charts/joinCurves.ts';
import { MetricSeries } from '../../../webviews/charts/metricSeries.ts';
import { smooth } from '../../../webviews/charts/smooth.ts';

const steps = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

test('a series grows past its first room and keeps every value', () => {
  const series = new MetricSeries(['loss', 'norm']);
  for (let at = 1; at < 5000; at += 100) {
    series.append(steps(at, 100), { loss: steps(at, 100).map((s) => 1 / s), norm: steps(at, 100) });
  }
  assert.equal(series.length, 5000);
  assert.deepEqual([...series.steps], steps(1, 5000));
  assert.deepEqual([...series.column('norm')], steps(1, 5000));
  assert.equal(series.column('loss')[4999], 1 / 5000);
});

test('steps that are made again replace those that were', () => {
  const series = new MetricSeries(['loss']);
  series.append([1, 2, 3, 4], { loss: [9, 8, 7, 6] });
  series.append([3], { loss: [5] });
  assert.deepEqual(
    [[...series.steps], [...series.column('loss')]],
    [
      [1, 2, 3],
      [9, 8, 5],
    ],
  );
  series.cutFrom(2);
  assert.deepEqual([...series.steps], [1]);
  series.append([], { loss: [] });
  assert.equal(series.length, 1);
});

test('a hundred thousand points are few enough to draw, and no spike is lost', () => {
  const x = Float64Array.from(steps(1, 100_000));
  const y = x.map((step) => 2 + Math.sin(step / 500));
  y[54_321] = 40;
  y[77_777] = -3;
  const seen = downsample(x, y, 800, 1, 100_000);
  assert.ok(seen.x.length <= 800 * 4 + 8, `${seen.x.length} points`);
  assert.equal(Math.max(...seen.y), 40);
  assert.equal(Math.min(...seen.y), -3);
  assert.equal(seen.x[0], 1);
  assert.equal(seen.x.at(-1), 100_000);
});

test('what is downsampled is part of the curve, in order, with its extremes and its edges', () => {
  const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 2, maxLength: 500 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 20 }), fc.nat(400), fc.nat(400), (y, columns, a, b) => {
      const x = Float64Array.from(y, (_, i) => i * 3);
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const seen = downsample(x, Float64Array.from(y), columns, from, to);
      const inside = [...x.keys()].filter((i) => x[i]! >= from && x[i]! <= to);
      for (const [i, at] of seen.x.entries()) {
        assert.equal(seen.y[i], y[at / 3]);
        if (i > 0) assert.ok(at > seen.x[i - 1]!);
      }
      if (inside.length === 0) return;
      const low = Math.min(...inside.map((i) => y[i]!));
      const high = Math.max(...inside.map((i) => y[i]!));
      assert.ok(seen.y.includes(low) && seen.y.includes(high));
    }),
  );
});

test('smoothing follows the curve without its first steps pulling it', () => {
  const flat = Float64Array.from({ length: 50 }, () => 3);
  for (const value of smooth(flat, 0.95)) assert.ok(Math.abs(value - 3) < 1e-9);
  assert.deepEqual([...smooth(Float64Array.of(1, 3), 0.5)], [1, 1.75 / 0.75]);
  assert.deepEqual([...smooth(Float64Array.of(1, Number.NaN, 1), 0.9)].map(Number.isNaN), [false, true, false]);
  const same = Float64Array.of(1, 2);
  assert.equal(smooth(same, 0), same);
});

test('curves are joined on one axis, gaps stay gaps', () => {
  assert.deepEqual(
    joinCurves([
      { x: [1, 2, 3], y: [5, Number.NaN, 7] },
      { x: [2, 4], y: [1, 2] },
    ]),
    [
      [1, 2, 3, 4],
      [5, null, 7, undefined],
      [undefined, 1, undefined, 2],
    ],
  );
});

test('a table that any spreadsheet reads as it is, and runs nothing of', () => {
  assert.equal(
    csv(
      ['step', 'a,b', '=1+1'],
      [
        [1, 'x "y"', '-2'],
        [2, null, Number.NaN],
      ],
    ),
    'step,"a,b",\'=1+1\n1,"x ""y""",\'-2\n2,,\n',
  );
});
