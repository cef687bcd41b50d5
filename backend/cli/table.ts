import { safeLine } from './safeOutput.ts';
import { pad, textWidth } from './width.ts';

export interface Column {
  readonly title: string;
  /** Numbers stand right, so that their digits line up. */
  readonly numeric?: boolean;
}

/** A table without rules, columns two spaces apart: one line of titles, one line a row. */
export function table(columns: readonly Column[], cells: readonly (readonly string[])[]): string[] {
  // A cell with line breaks would break the table.
  const rows = cells.map((row) => row.map(safeLine));
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row[index] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => pad(row[index] ?? '', widths[index] ?? 0, column.numeric ? 'right' : 'left'))
      .join('  ')
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)];
}

/** Label and value, the values below each other. */
export function facts(pairs: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.max(...pairs.map(([label]) => textWidth(label)));
  return pairs.map(([label, value]) => `${pad(label, width)}  ${safeLine(value)}`.trimEnd());
}
