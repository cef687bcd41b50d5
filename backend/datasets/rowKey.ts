import { hash } from 'node:crypto';
import type { DatasetRow } from '../contract/dataset.ts';
import { messageText } from './messageText.ts';

/** Rows with the same key are duplicates: they differ in nothing but upper and lower case, width and white space. */
export function rowKey(row: DatasetRow): string {
  const said = row.messages.map((message) => `${message.role}\u0000${normalise(messageText(message))}`);
  const text = [...said, ...(row.tools ? [JSON.stringify(row.tools)] : [])].join('\u0001');
  return hash('sha256', text, 'base64').slice(0, 22);
}

/** What does not count where texts are compared is taken out: case, width and white space. */
export function normalise(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
