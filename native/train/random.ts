/**
 * Random numbers that need no state: a stream is named by a few whole numbers (seed, purpose, step), so a run that is
 * resumed draws what it would have drawn. Generator: sfc32 (Chris Doty-Humphrey, PractRand), seeded by splitmix32.
 */
export type Random = () => number;

/** What a stream is for, the second part of its name: streams of the same seed but another purpose are unrelated. */
export const purposes = { initial: 1, order: 2, dropout: 3 } as const;

/** Uniform numbers in [0, 1), 32 bits of them. */
export function random(...name: readonly number[]): Random {
  let hash = 0x9e3779b9;
  for (const part of name) hash = mix(hash ^ (part >>> 0)) ^ mix(Math.floor(part / 2 ** 32) + 0x85ebca6b);
  const next = () => {
    hash = (hash + 0x9e3779b9) | 0;
    return mix(hash);
  };
  let a = next();
  let b = next();
  let c = next();
  let d = 1;
  const draw = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) draw();
  return draw;
}

/** A permutation of 0 .. count - 1 (Fisher and Yates). */
export function permutation(count: number, draw: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}
