import { createHash } from 'node:crypto';
import type { DatasetRow } from '../contract/dataset.ts';

/** A row as it is stored. The keys stand in a fixed order: the same rows must give the same bytes. */
export function rowLine(row: DatasetRow): string {
  const messages = row.messages.map(({ role, content, tool_calls }) => ({ role, content, tool_calls }));
  return `${JSON.stringify({ messages, tools: row.tools })}\n`;
}

/** The hash that a data set of these rows has. */
export function hashOfRows(rows: readonly DatasetRow[]): string {
  const hash = createHash('sha256');
  for (const row of rows) hash.update(rowLine(row));
  return `sha256:${hash.digest('hex')}`;
}
