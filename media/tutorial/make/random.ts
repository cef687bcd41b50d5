/** Numbers that look random and are the same in every run and on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, count). */
  below(count: number): number;
  pick<T>(from: readonly T[]): T;
  /** A new list in a drawn order (Fisher and Yates). */
  shuffled<T>(list: readonly T[]): T[];
  /** Normally distributed, mean 0, deviation 1 (Box and Muller). */
  normal(): number;
}

/** sfc32 by Chris Doty-Humphrey (PractRand), started from one number. */
export function random(seed: number): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed | 0;
  let d = 1;
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  // The first numbers of close seeds are close.
  for (let i = 0; i < 16; i++) next();
  const below = (count: number) => Math.floor(next() * count);
  return {
    next,
    below,
    pick: (from) => from[below(from.length)]!,
    shuffled(list) {
      const order = [...list];
      for (let i = order.length - 1; i > 0; i--) {
        const j = below(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
      return order;
    },
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}
