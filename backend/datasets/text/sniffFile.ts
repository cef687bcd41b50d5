import type { FileHandle } from 'node:fs/promises';
import type { Localised } from '../../contract/common.ts';
import type { TextEncoding } from './textFile.ts';

export type Sniffed =
  | { readonly kind: 'empty' }
  | { readonly kind: 'binary'; readonly what: Localised }
  /** `start`: bytes of the byte order mark. */
  | { readonly kind: 'text'; readonly encoding: TextEncoding; readonly start: number };

/** What a file is, by its first bytes. */
export async function sniffFile(handle: FileHandle): Promise<Sniffed> {
  const buffer = Buffer.alloc(64 * 1024);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  const head = buffer.subarray(0, bytesRead);
  if (head.length === 0) return { kind: 'empty' };
  const magic = magics.find(({ bytes }) => head.subarray(0, bytes.length).equals(bytes));
  if (magic !== undefined) return { kind: 'binary', what: magic.what };
  if (head[8] === 0x7b && head.length > 16 && head.readUIntLE(2, 6) === 0) {
    return { kind: 'binary', what: { en: 'a safetensors file', ja: 'safetensors ファイル' } };
  }
  for (const { bytes, encoding } of marks) {
    if (head.subarray(0, bytes.length).equals(bytes)) return { kind: 'text', encoding, start: bytes.length };
  }
  const wide = wideEncoding(head);
  if (wide !== null) return { kind: 'text', encoding: wide, start: 0 };
  const odd = head.reduce((count, byte) => count + (isOddControl(byte) ? 1 : 0), 0);
  if (odd > head.length / 100) return { kind: 'binary', what: { en: 'binary data', ja: 'バイナリデータ' } };
  return { kind: 'text', encoding: 'utf-8', start: 0 };
}

const marks: readonly { bytes: Buffer; encoding: TextEncoding }[] = [
  { bytes: Buffer.from([0xef, 0xbb, 0xbf]), encoding: 'utf-8' },
  { bytes: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le' },
  { bytes: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be' },
];

function magic(bytes: string | readonly number[], en: string, ja: string): { bytes: Buffer; what: Localised } {
  return { bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes), what: { en, ja } };
}

const magics = [
  magic('GGUF', 'a GGUF model', 'GGUF モデル'),
  magic('PAR1', 'a Parquet file', 'Parquet ファイル'),
  magic('PARE', 'an encrypted Parquet file', '暗号化された Parquet ファイル'),
  magic('ARROW1', 'an Arrow file', 'Arrow ファイル'),
  magic('PK\x03\x04', 'a ZIP archive or an Excel or Word file', 'ZIP アーカイブ (または Excel や Word のファイル)'),
  magic([0x1f, 0x8b], 'a gzip archive', 'gzip アーカイブ'),
  magic([0x28, 0xb5, 0x2f, 0xfd], 'a Zstandard archive', 'Zstandard アーカイブ'),
  magic('BZh', 'a bzip2 archive', 'bzip2 アーカイブ'),
  magic([0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz archive', 'xz アーカイブ'),
  magic([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], 'a 7-Zip archive', '7-Zip アーカイブ'),
  magic([0xd0, 0xcf, 0x11, 0xe0], 'an old Excel or Word file', '旧形式の Excel または Word のファイル'),
  magic('%PDF-', 'a PDF file', 'PDF ファイル'),
  magic('SQLite format 3\0', 'an SQLite database', 'SQLite データベース'),
  magic([0x89, 0x50, 0x4e, 0x47], 'a PNG image', 'PNG 画像'),
  magic([0xff, 0xd8, 0xff], 'a JPEG image', 'JPEG 画像'),
  magic([0x80, 0x02], 'a Python pickle', 'Python の pickle'),
  magic([0x80, 0x04, 0x95], 'a Python pickle', 'Python の pickle'),
  magic([0xff, 0xfe, 0x00, 0x00], 'UTF-32 text', 'UTF-32 のテキスト'),
  magic([0x00, 0x00, 0xfe, 0xff], 'UTF-32 text', 'UTF-32 のテキスト'),
];

/** UTF-16 without a mark: the zero bytes of its ASCII characters lie on one side, and there is nothing odd in it. */
function wideEncoding(head: Buffer): TextEncoding | null {
  const units = head.length >> 1;
  if (units < 2) return null;
  let first = 0;
  let second = 0;
  for (let at = 0; at < units * 2; at += 2) {
    if (head[at] === 0) first++;
    if (head[at + 1] === 0) second++;
  }
  if (Math.max(first, second) < units / 20 || Math.min(first, second) > Math.max(first, second) / 10) return null;
  const encoding = second > first ? 'utf-16le' : 'utf-16be';
  const even = Buffer.from(head.subarray(0, units * 2));
  const text = (encoding === 'utf-16be' ? even.swap16() : even).toString('utf16le');
  // The last unit may be half of a pair that goes on behind the head.
  return text.slice(0, -1).isWellFormed() && !Array.from(text).some((c) => isOddControl(c.charCodeAt(0)))
    ? encoding
    : null;
}

/** A control character that text does not hold. */
function isOddControl(code: number): boolean {
  return code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d && code !== 0x0c && code !== 0x1b;
}
