import type { Score } from '../contract/run.ts';

/** 97.5th percentile of the normal distribution: both sides together leave out 5 %. */
const z = 1.959963984540054;

/**
 * Share of right answers with its 95 % Wilson interval, which stays within 0 and 1 and is sound for few answers.
 * E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927), equation 1 solved for p.
 */
export function scoreOf(right: number, total: number): Score {
  if (total === 0) return { right: 0, total: 0, share: 0, low: 0, high: 1 };
  const share = right / total;
  const weight = 1 + z ** 2 / total;
  const middle = (share + z ** 2 / (2 * total)) / weight;
  const half = (z / weight) * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2));
  // At the ends the bounds are 0 and 1 exactly; rounding must not say otherwise.
  const low = right === 0 ? 0 : Math.max(0, middle - half);
  const high = right === total ? 1 : Math.min(1, middle + half);
  return { right, total, share, low, high };
}
