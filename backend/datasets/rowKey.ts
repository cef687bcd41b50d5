import { hash } from 'node:crypto';
import type { DatasetRow } from '../contract/dataset.ts';

/** Rows with the same key are duplicates: they differ in nothing but upper and lower case, width and white space. */
export function rowKey(row: DatasetRow): string {
  const text = row.messages.map(({ role, content }) => `${role}\u0000${normalise(content)}`).join('\u0001');
  return hash('sha256', text, 'base64').slice(0, 22);
}

/** What does not count where texts are compared is taken out: case, width and white space. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
