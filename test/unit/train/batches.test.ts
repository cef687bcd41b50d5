import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BatchArrays, layOut, layOutRows, microBatchRows, packRows } from '../../../native/train/batches.ts';
import { openTokenFile, type TokenRow } from '../../../native/train/tokenFile.ts';
import { tempDir } from '../../support/tempDir.ts';
import { writeTokenRows } from '../../support/tokenRows.ts';

const ascending = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test('each round has every row once, in another order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 50 }), fc.nat(), (rows, batch, seed) => {
      const rounds = 4;
      const batches = Math.ceil((rows * rounds) / batch);
      const order = upTo(batches).flatMap((index) => microBatchRows(rows, batch, seed, index));
      for (let round = 0; round < rounds; round++) {
        assert.deepEqual(ascending(order.slice(round * rows, (round + 1) * rows)), upTo(rows));
      }
      // A batch does not depend on what was asked for before it: a run that is resumed asks for the last one first.
      const last = batches - 1;
      const backwards = upTo(batches).map((i) => microBatchRows(rows, batch, seed, last - i));
      assert.deepEqual(backwards.reverse().flat(), order);
    }),
  );
  const orders = upTo(6).map((round) => microBatchRows(20, 20, 7, round).join());
  assert.equal(new Set(orders).size, 6);
  assert.notDeepEqual(microBatchRows(20, 20, 8, 0), microBatchRows(20, 20, 7, 0));
});

test('a packing holds every row once, and no lane more than it can', () => {
  const lengths = fc.array(fc.integer({ min: 2, max: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(lengths, (values) => {
      const rows = upTo(values.length);
      const packing = packRows(rows, Uint32Array.from(values));
      assert.deepEqual(ascending(packing.lanes.flat()), rows);
      assert.equal(packing.laneLength % 16, 0);
      for (const lane of packing.lanes) {
        assert.ok(lane.length > 0);
        assert.ok(lane.reduce((sum, row) => sum + values[row]!, 0) <= packing.laneLength);
      }
      const longest = Math.max(...values);
      assert.ok(packing.laneLength < longest + 16 || packing.laneLength <= 256);
    }),
  );
});

test('a row that comes twice in a batch is packed twice', () => {
  const packing = packRows([3, 1, 3], Uint32Array.of(0, 5, 0, 9));
  assert.deepEqual(ascending(packing.lanes.flat()), [1, 3, 3]);
});

test('short rows share lanes, so that little is padding', () => {
  const { lanes, laneLength } = packRows(upTo(32), new Uint32Array(32).fill(10));
  assert.ok((32 * 10) / (lanes.length * laneLength) > 0.85);
});

const row = fc.integer({ min: 2, max: 12 }).chain((length) =>
  fc.record({
    tokens: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: length, maxLength: length }),
    answer: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: length, maxLength: length }),
  }),
);

test('lanes are laid out as the rows say, and no row sees another', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      (drawn, spare, chunk) => {
        const lanes = drawn.map((rows) =>
          rows.map((one): TokenRow => ({ tokens: Int32Array.from(one.tokens), answer: Uint8Array.from(one.answer) })),
        );
        const laneLength = Math.max(...drawn.map((rows) => rows.flatMap((one) => one.tokens).length)) + spare;
        checkLayout(lanes, laneLength, chunk);
      },
    ),
  );
});

function checkLayout(lanes: readonly (readonly TokenRow[])[], laneLength: number, chunk: number): void {
  const batch = layOutRows(lanes, laneLength, chunk);
  const count = lanes.length * laneLength;
  // Which row lies at each place, by number; padding is alone.
  const owner: (number | null)[] = new Array(count).fill(null);
  const targets: { predictor: number; label: number }[] = [];
  let number = 0;
  let real = 0;
  lanes.forEach((rows, lane) => {
    let place = lane * laneLength;
    for (const one of rows) {
      for (const [i, token] of one.tokens.entries()) {
        assert.equal(batch.tokens[place], token);
        assert.equal(batch.positions[place], i);
        if (i > 0 && one.answer[i] === 1) targets.push({ predictor: place - 1, label: token });
        owner[place++] = number;
        real += 1;
      }
      number += 1;
    }
  });
  const mask = batch.mask();
  for (let to = 0; to < count; to++) {
    for (let j = 0; j < laneLength; j++) {
      const from = Math.floor(to / laneLength) * laneLength + j;
      const sees = from === to || (owner[to] !== null && owner[from] === owner[to] && from <= to);
      assert.equal(mask[to * laneLength + j], sees ? 0 : Number.NEGATIVE_INFINITY);
    }
  }
  assert.equal(batch.targets % chunk, 0);
  assert.ok(batch.targets - Math.max(targets.length, 1) < chunk);
  for (let i = 0; i < batch.targets; i++) {
    const target = targets[i];
    assert.equal(batch.gather[i], target?.predictor ?? 0);
    assert.equal(batch.scatter[i], target?.predictor ?? count);
    assert.equal(batch.labels[i], target?.label ?? 0);
    assert.equal(batch.weights[i], target ? 1 : 0);
  }
  assert.deepEqual([batch.realTokens, batch.answerTokens], [real, targets.length]);
  assert.deepEqual([batch.lanes, batch.laneLength], [lanes.length, laneLength]);
}

test('a token file gives back its rows', (context) => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), (drawn) => {
      const path = join(tempDir(context), 'rows.tok');
      const rows = drawn.map(({ tokens, answer }) => {
        return { tokens: Int32Array.from(tokens), answer: Uint8Array.from(answer) };
      });
      writeTokenRows(path, rows);
      using file = openTokenFile(path, 501);
      assert.equal(file.rows, rows.length);
      assert.deepEqual(
        [...file.lengths],
        rows.map(({ tokens }) => tokens.length),
      );
      // The first token is never predicted, whatever its flag says.
      assert.deepEqual(
        [...file.answers],
        rows.map(({ answer }) => answer.subarray(1).reduce((a, b) => a + b, 0)),
      );
      for (const [i, one] of rows.entries()) assert.deepEqual(file.row(i), one);
      const packing = packRows(upTo(rows.length), file.lengths);
      const made = (batch: BatchArrays) => ({ ...batch, mask: batch.mask() });
      assert.deepEqual(
        made(layOut(file, packing, 8)),
        made(
          layOutRows(
            packing.lanes.map((lane) => lane.map((i) => rows[i]!)),
            packing.laneLength,
            8,
          ),
        ),
      );
    }),
    { numRuns: 25 },
  );
});
