import { createHash } from 'node:crypto';

/**
 * Which rows are held out: about `share` of them, at least one where the share is above 0 and something is left to
 * train on. Chosen by seed and content, so the same rows give the same choice in whatever order they stand, and a row
 * and its duplicates are never on both sides.
 */
export function chooseHeldOut(keys: readonly string[], share: number, seed: number): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  const wanted = share === 0 ? 0 : Math.max(1, Math.round(share * keys.length));
  const order = (key: string) => createHash('sha256').update(`${seed}/${key}`).digest('hex');
  const shuffled = [...counts.keys()].map((key) => [order(key), key] as const).sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const chosen = new Set<string>();
  let rows = 0;
  // The last group always stays to be trained on.
  for (const [, key] of shuffled.slice(0, -1)) {
    if (rows >= wanted) break;
    const count = counts.get(key)!;
    // A group that is far too large would hold out much more than was asked for.
    if (rows > 0 && rows + count > wanted * 1.5) continue;
    chosen.add(key);
    rows += count;
  }
  return chosen;
}
