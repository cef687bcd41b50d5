import { hash } from 'node:crypto';
import type { DatasetRow } from '../contract/dataset.ts';
import { messageText } from './messageText.ts';

/** Rows with the same key are duplicates: they differ in nothing but upper and lower case, width and white space. */
export function rowKey(row: DatasetRow): string {
  return hash('sha256', keyText(normalisedMessages(row), row.tools), 'base64').slice(0, 22);
}

/** What counts of each message. */
export function normalisedMessages({ messages }: DatasetRow): string[] {
  return messages.map((message) => `${message.role}\u0000${normalise(messageText(message))}`);
}

export function keyText(messages: readonly string[], tools: DatasetRow['tools']): string {
  return [...messages, ...(tools ? [JSON.stringify(tools)] : [])].join('\u0001');
}

/** 52 bits of the text's hash, for maps of a million: two texts in a million rows meet once in ten thousand data sets. */
export function numberKey(text: string): number {
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant.
const isAscii = /^[\x00-\x7f]*$/;

/** What does not count where texts are compared is taken out: case, width and white space. */
export function normalise(text: string): string {
  // Plain ASCII is its own normal form, and most of what there is.
  const normal = isAscii.test(text) ? text : text.normalize('NFKC');
  return normal.toLowerCase().replace(/\s+/gu, ' ').trim();
}
