import { writeFileSync } from 'node:fs';
import { tokenFileMagic, tokenFileVersion } from '../../../native/contract/tokenFile.ts';
import type { EncodedRow } from './chat.ts';

/** Writes rows as `native/contract/tokenFile.ts` describes. */
export function writeTokenFile(path: string, rows: readonly EncodedRow[]): void {
  const total = rows.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const head = Uint32Array.of(tokenFileVersion, rows.length, total);
  const offsets = new Uint32Array(rows.length + 1);
  const tokens = new Int32Array(total);
  const answer = new Uint8Array(total);
  rows.forEach((row, i) => {
    tokens.set(row.tokens, offsets[i]);
    answer.set(row.answer.map(Number), offsets[i]);
    offsets[i + 1] = offsets[i]! + row.tokens.length;
  });
  const parts = [Buffer.from(tokenFileMagic), head, offsets, tokens, answer];
  writeFileSync(
    path,
    Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))),
  );
}
