import { roundUp } from '../models/roundUp.ts';
import { permutation, purposes, random } from './random.ts';
import type { TokenFile, TokenRow } from './tokenFile.ts';

/** Rows side by side: lane i is a list of rows that share one sequence of `laneLength` tokens. */
export interface Packing {
  readonly laneLength: number;
  readonly lanes: readonly (readonly number[])[];
}

/**
 * The rows of micro-batch number `index` of the run: the data is shuffled anew for every round, and a micro-batch may
 * reach over the end of one round into the next. A function of seed and index alone, so a resumed run goes on exactly.
 */
export function microBatchRows(rows: number, batchSize: number, seed: number, index: number): number[] {
  const chosen: number[] = [];
  for (let place = index * batchSize; place < (index + 1) * batchSize; place++) {
    chosen.push(roundOrder(rows, seed, Math.floor(place / rows))[place % rows]!);
  }
  return chosen;
}

let lastOrder: { readonly key: string; readonly order: Uint32Array } | null = null;

function roundOrder(rows: number, seed: number, round: number): Uint32Array {
  const key = `${rows}/${seed}/${round}`;
  if (lastOrder?.key !== key) lastOrder = { key, order: permutation(rows, random(seed, purposes.order, round)) };
  return lastOrder.order;
}

/**
 * Packs rows into lanes, first fit by falling length. Linear layers compute every token of every lane and attention every
 * lane's square, so among lanes of one to four longest rows' length the cheapest packing is taken: no token is padding
 * but for the ends of the lanes.
 */
export function packRows(rows: readonly number[], lengths: Uint32Array): Packing {
  const longest = Math.max(...rows.map((row) => lengths[row]!));
  const byLength = [...rows].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  let best: { packing: Packing; cost: number } | null = null;
  for (let times = 1; times <= 4; times++) {
    const laneLength = roundUp(longest * times, laneStep);
    if (times > 1 && laneLength > 256) break;
    const lanes = firstFit(byLength, lengths, laneLength);
    // A token costs its products, thousands of them, and one more for each token of its lane.
    const cost = lanes.length * laneLength * (2048 + laneLength);
    if (!best || cost < best.cost) best = { packing: { laneLength, lanes }, cost };
  }
  return best!.packing;
}

/** ggml's fast F32 products want the length that they sum over to be a multiple of 16; attention sums over a lane. */
const laneStep = 16;

function firstFit(rows: readonly number[], lengths: Uint32Array, laneLength: number): number[][] {
  const lanes: { rows: number[]; free: number }[] = [];
  for (const row of rows) {
    const length = lengths[row]!;
    let lane = lanes.find((candidate) => candidate.free >= length);
    if (!lane) {
      lane = { rows: [], free: laneLength };
      lanes.push(lane);
    }
    lane.rows.push(row);
    lane.free -= length;
  }
  return lanes.map((lane) => lane.rows);
}

/** What a graph of this shape is fed. T = lanes * laneLength. */
export interface BatchArrays {
  readonly lanes: number;
  readonly laneLength: number;
  /** Targets, padding included: a multiple of the chunk. */
  readonly targets: number;
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  /** [L, L, N], 0 where a token may look, minus infinity where not; made when it is asked for, as it is large. */
  readonly mask: () => Float32Array;
  readonly gather: Int32Array;
  readonly scatter: Int32Array;
  readonly labels: Int32Array;
  readonly weights: Float32Array;
  /** Tokens of the rows, without padding. */
  readonly realTokens: number;
  readonly answerTokens: number;
}

/** Lays rows out in lanes. Rows of one lane do not see each other; their positions start at 0. */
export function layOut(file: TokenFile, packing: Packing, chunk: number): BatchArrays {
  const { laneLength, lanes } = packing;
  return layOutRows(
    lanes.map((lane) => lane.map((row) => file.row(row))),
    laneLength,
    chunk,
  );
}

export function layOutRows(lanes: readonly (readonly TokenRow[])[], laneLength: number, chunk: number): BatchArrays {
  const count = lanes.length * laneLength;
  const tokens = new Int32Array(count);
  const positions = new Int32Array(count);
  const predictors: number[] = [];
  const labels: number[] = [];
  let realTokens = 0;
  lanes.forEach((rows, lane) => {
    let start = 0;
    for (const row of rows) {
      const length = row.tokens.length;
      const first = lane * laneLength + start;
      tokens.set(row.tokens, first);
      for (let i = 0; i < length; i++) {
        positions[first + i] = i;
        if (i > 0 && row.answer[i]) {
          predictors.push(first + i - 1);
          labels.push(row.tokens[i]!);
        }
      }
      start += length;
      realTokens += length;
    }
  });
  const targets = roundUp(Math.max(predictors.length, 1), chunk);
  const gather = new Int32Array(targets);
  const scatter = new Int32Array(targets).fill(count);
  const labelIds = new Int32Array(targets);
  const weights = new Float32Array(targets);
  gather.set(predictors);
  scatter.set(predictors);
  labelIds.set(labels);
  weights.fill(1, 0, predictors.length);
  return {
    lanes: lanes.length,
    laneLength,
    targets,
    tokens,
    positions,
    mask: () => visibility(positions, laneLength),
    gather,
    scatter,
    labels: labelIds,
    weights,
    realTokens,
    answerTokens: predictors.length,
  };
}

/** Each token sees its own row up to itself; a token of the padding sees itself, as a softmax over nothing is no number. */
function visibility(positions: Int32Array, laneLength: number): Float32Array {
  const mask = new Float32Array(positions.length * laneLength).fill(Number.NEGATIVE_INFINITY);
  positions.forEach((position, token) => {
    const place = token % laneLength;
    const line = token * laneLength;
    mask.fill(0, line + place - position, line + place + 1);
  });
  return mask;
}
