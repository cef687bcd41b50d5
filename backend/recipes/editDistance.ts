/**
 * How many letters must be put in, left out, changed or swapped with their neighbour to make one text of the other
 * (optimal string alignment distance, Boytsov 2011, "Indexing methods for approximate dictionary searching", 2.2).
 */
export function editDistance(a: string, b: string): number {
  // Far too different in length: the exact figure does not matter, and a key may be as long as the file.
  if (Math.abs(a.length - b.length) > 20) return Math.abs(a.length - b.length);
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let least = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        least = Math.min(least, beforeLast[column - 2]! + 1);
      }
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}
