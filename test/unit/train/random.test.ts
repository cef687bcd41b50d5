import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permutation, purposes, random } from '../../../native/train/random.ts';

const draws = (name: readonly number[], count: number) => {
  const draw = random(...name);
  return Array.from({ length: count }, draw);
};

/** Runs that were recorded must be repeated with the same numbers by every later version. */
const recorded: readonly { name: number[]; first: number[] }[] = [
  { name: [], first: [189_441_948, 2_745_054_742, 2_630_220_930] },
  { name: [42, purposes.initial, 0], first: [2_133_356_298, 845_254_683, 3_297_007_581] },
  { name: [42, purposes.order, 1], first: [1_729_863_835, 3_039_187_877, 3_074_803_884] },
  { name: [0xffffffff, purposes.dropout, 2 ** 40], first: [1_104_728_095, 1_999_587_564, 2_002_366_860] },
];

for (const { name, first } of recorded) {
  test(`the stream ${name.join('/') || 'without a name'} is what it was`, () => {
    assert.deepEqual(
      draws(name, 3).map((value) => value * 2 ** 32),
      first,
    );
  });
}

test('the numbers are even and unrelated from stream to stream', () => {
  const count = 50_000;
  const one = draws([1, purposes.dropout, 0], count);
  for (const name of [
    [1, purposes.dropout, 1],
    [2, purposes.dropout, 0],
    [1, purposes.order, 0],
  ]) {
    const other = draws(name, count);
    const mean = other.reduce((a, b) => a + b) / count;
    const variance = other.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    const together = other.reduce((sum, value, i) => sum + (value - 0.5) * (one[i]! - 0.5), 0) / count;
    // Five standard deviations of each.
    assert.ok(Math.abs(mean - 0.5) < 5 * Math.sqrt(1 / 12 / count));
    assert.ok(Math.abs(variance - 1 / 12) < 5 * Math.sqrt(1 / 180 / count));
    assert.ok(Math.abs(together) < (5 / 12) * Math.sqrt(1 / count));
    assert.ok(other.every((value) => value >= 0 && value < 1));
  }
});

test("no two of a run's streams are the same", () => {
  const starts = new Set<string>();
  for (const seed of [0, 1, 42, 0xffffffff]) {
    for (const purpose of Object.values(purposes)) {
      for (let index = 0; index < 500; index++) starts.add(draws([seed, purpose, index], 2).join());
    }
  }
  assert.equal(starts.size, 4 * 3 * 500);
});

test('a permutation has every number once, and each place is taken as often', () => {
  const times = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
  for (let round = 0; round < 5000; round++) {
    const order = permutation(5, random(9, purposes.order, round));
    assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4]);
    order.forEach((value, place) => {
      times[place]![value]! += 1;
    });
  }
  // Expected 1000, standard deviation 28.
  for (const counts of times) for (const count of counts) assert.ok(Math.abs(count - 1000) < 150, `${times}`);
});
