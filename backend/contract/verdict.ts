import type { AnsweredRow, Evaluation } from './run.ts';

/**
 * What an evaluation has shown. `forgot` wins over everything: a model that lost what it knew is no better for it.
 * `unmeasured`: there were no held-out answers.
 */
export const verdictKinds = ['better', 'none', 'worse', 'forgot', 'unmeasured'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

export interface Verdict {
  readonly kind: VerdictKind;
  /** Of the held-out rows; share of right answers, tuned minus base, with its 95 % interval. */
  readonly difference: Difference | null;
  /** The same of the rows that must not be forgotten. */
  readonly regression: Difference | null;
}

export interface Difference {
  readonly base: number;
  readonly tuned: number;
  readonly change: number;
  readonly low: number;
  readonly high: number;
}

/** The difference counts as shown where its interval leaves out zero. */
export function verdictOf({ held_out: heldOut, regression }: Evaluation): Verdict {
  const difference = heldOut && heldOut.answers.length > 0 ? pairedDifference(heldOut.answers) : null;
  const kept = regression && regression.answers.length > 0 ? pairedDifference(regression.answers) : null;
  const kind = (() => {
    if (kept !== null && kept.high < 0) return 'forgot';
    if (difference === null) return 'unmeasured';
    if (difference.low > 0) return 'better';
    return difference.high < 0 ? 'worse' : 'none';
  })();
  return { kind, difference, regression: kept };
}

/**
 * Tuned minus base where both answered the same rows: Newcombe's interval for paired proportions (Statistics in
 * Medicine 17, 1998, 2635-2650, method 10), from the two Wilson intervals and the correlation of the answers.
 */
export function pairedDifference(rows: readonly Pick<AnsweredRow, 'base_right' | 'tuned_right'>[]): Difference {
  const n = rows.length;
  const count = (tuned: boolean, base: boolean): number =>
    rows.filter((row) => row.tuned_right === tuned && row.base_right === base).length;
  const [both, onlyTuned, onlyBase, neither] = [
    count(true, true),
    count(true, false),
    count(false, true),
    count(false, false),
  ];
  const tuned = (both + onlyTuned) / n;
  const base = (both + onlyBase) / n;
  const change = tuned - base;
  const [l1, u1] = wilson(both + onlyTuned, n);
  const [l2, u2] = wilson(both + onlyBase, n);
  const margins = (both + onlyTuned) * (onlyBase + neither) * (both + onlyBase) * (onlyTuned + neither);
  const product = both * neither - onlyTuned * onlyBase;
  const corrected = product > n / 2 ? product - n / 2 : product >= 0 ? 0 : product;
  const phi = margins === 0 ? 0 : corrected / Math.sqrt(margins);
  const spread = (a: number, b: number): number => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  return {
    base,
    tuned,
    change,
    low: Math.max(-1, change - spread(tuned - l1, u2 - base)),
    high: Math.min(1, change + spread(u1 - tuned, base - l2)),
  };
}

/** 95 % Wilson interval of a share. */
function wilson(right: number, n: number): readonly [number, number] {
  const z = 1.959963984540054;
  const centre = right + (z * z) / 2;
  const spread = z * Math.sqrt((right * (n - right)) / n + (z * z) / 4);
  return [(centre - spread) / (n + z * z), (centre + spread) / (n + z * z)];
}

/** As lists show it. */
export function shortVerdict(evaluation: Evaluation): { readonly kind: VerdictKind; readonly change: number | null } {
  const { kind, difference } = verdictOf(evaluation);
  return { kind, change: difference?.change ?? null };
}
