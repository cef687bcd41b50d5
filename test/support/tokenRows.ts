import { writeFileSync } from 'node:fs';
import { tokenFileMagic, tokenFileVersion } from '../../native/contract/tokenFile.ts';
import type { TokenRow } from '../../native/train/tokenFile.ts';

/** Writes rows as `native/contract/tokenFile.ts` says, by this test's own reading of it. */
export function writeTokenRows(path: string, rows: readonly TokenRow[]): void {
  const tokens = rows.reduce((sum, row) => sum + row.tokens.length, 0);
  const header = Buffer.alloc(16);
  header.write(tokenFileMagic, 'latin1');
  header.writeUInt32LE(tokenFileVersion, 4);
  header.writeUInt32LE(rows.length, 8);
  header.writeUInt32LE(tokens, 12);
  const offsets = Uint32Array.from({ length: rows.length + 1 }, (_, i) =>
    rows.slice(0, i).reduce((sum, row) => sum + row.tokens.length, 0),
  );
  const parts: Buffer[] = [header, Buffer.from(offsets.buffer)];
  for (const row of rows) parts.push(Buffer.from(row.tokens.buffer, row.tokens.byteOffset, row.tokens.byteLength));
  for (const row of rows) parts.push(Buffer.from(row.answer));
  writeFileSync(path, Buffer.concat(parts));
}
