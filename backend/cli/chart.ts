/** A line chart in braille dots: two columns and four rows of dots a character. */

export interface Series {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Dots of one braille character, by column and row from the top (Unicode block 2800). */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

export interface ChartOptions {
  /** Characters of the plot itself, without the axis. */
  readonly width: number;
  readonly height: number;
  readonly format: (value: number) => string;
}

/**
 * Lines of text: the axis with its highest, middle and lowest value, and the plot. Points that fall into one column of
 * dots are averaged, so that a long noisy curve stays readable; between columns the line is drawn through.
 */
export function chart(series: Series, { width, height, format }: ChartOptions): string[] {
  const points = averaged(series, width * 2);
  if (points.length === 0) return [];
  const values = points.map((point) => point.value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const rows = height * 4;
  const rowOf = (value: number): number =>
    high === low ? rows - 1 : Math.round(((high - value) / (high - low)) * (rows - 1));

  const cells = Array.from({ length: height }, () => new Array<number>(width).fill(0));
  const mark = (column: number, row: number): void => {
    const line = cells[Math.floor(row / 4)];
    const cell = Math.floor(column / 2);
    if (line) line[cell] = (line[cell] ?? 0) | (dots[column % 2 === 0 ? 0 : 1][row % 4] ?? 0);
  };
  points.forEach((point, index) => {
    const next = points[index + 1] ?? point;
    for (let column = point.column; column <= Math.max(point.column, next.column - 1); column += 1) {
      const share = next.column === point.column ? 0 : (column - point.column) / (next.column - point.column);
      const from = rowOf(point.value + (next.value - point.value) * share);
      const to = rowOf(
        point.value + (next.value - point.value) * Math.min(1, share + 1 / Math.max(1, next.column - point.column)),
      );
      for (let row = Math.min(from, to); row <= Math.max(from, to); row += 1) mark(column, row);
    }
  });

  const labels = cells.map((_, index) => {
    if (index === 0) return format(high);
    if (index === height - 1) return format(low);
    return height > 4 && index === Math.floor(height / 2) ? format(high - ((high - low) * index) / (height - 1)) : '';
  });
  const labelWidth = Math.max(...labels.map((label) => label.length));
  const lines = cells.map((line, index) =>
    `${(labels[index] ?? '').padStart(labelWidth)} ┤${line.map((cell) => (cell === 0 ? ' ' : String.fromCharCode(0x2800 + cell))).join('')}`.trimEnd(),
  );
  const first = String(series.x[0]);
  const last = String(series.x.at(-1));
  const axis = `${' '.repeat(labelWidth)} └${'─'.repeat(width)}`;
  const steps = `${' '.repeat(labelWidth + 2)}${first}${last.padStart(Math.max(last.length + 1, width - first.length))}`;
  return [...lines, axis, steps];
}

function averaged({ x, y }: Series, columns: number): { column: number; value: number }[] {
  const first = x[0] ?? 0;
  const span = (x.at(-1) ?? 0) - first;
  const sums = new Map<number, { sum: number; count: number }>();
  x.forEach((at, index) => {
    const value = y[index];
    if (value === undefined || !Number.isFinite(value)) return;
    const column = span === 0 ? 0 : Math.round(((at - first) / span) * (columns - 1));
    const entry = sums.get(column) ?? { sum: 0, count: 0 };
    sums.set(column, { sum: entry.sum + value, count: entry.count + 1 });
  });
  return [...sums].sort(([a], [b]) => a - b).map(([column, { sum, count }]) => ({ column, value: sum / count }));
}
