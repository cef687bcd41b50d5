/** More words than this on both sides together are not compared one with every other. */
const mostComparisons = 4_000_000;

/**
 * Which words only one of two texts has, by a longest common subsequence (Wagner and Fischer 1974). Where the texts are
 * too long for that, all between their common beginning and end counts as different.
 */
export function diffWords(a: readonly string[], b: readonly string[]): readonly [boolean[], boolean[]] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const within = (index: number, length: number): boolean => index >= start && index < length - end;
  const onlyA = a.map((_, index) => within(index, a.length));
  const onlyB = b.map((_, index) => within(index, b.length));
  const rows = a.length - start - end;
  const columns = b.length - start - end;
  if (rows === 0 || columns === 0 || rows * columns > mostComparisons) return [onlyA, onlyB];

  const width = columns + 1;
  // lengths[i, j]: the longest subsequence that a from i and b from j have in common.
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[start + i] === b[start + j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) {
      onlyA[start + i++] = false;
      onlyB[start + j++] = false;
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++;
    else j++;
  }
  return [onlyA, onlyB];
}
