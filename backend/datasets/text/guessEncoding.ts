import type { FileHandle } from 'node:fs/promises';
import { validSequence } from './textFile.ts';

const sampleBytes = 32 * 1024;
/** Names as editors show them, in the order in which they are tried. */
const candidates = [
  { name: 'Shift_JIS', label: 'shift_jis', share: shiftJisShare },
  { name: 'EUC-JP', label: 'euc-jp', share: japaneseShare },
  { name: 'Windows-1252', label: 'windows-1252', share: latinShare },
] as const;

/**
 * The encoding that a file plausibly has whose byte at `offset` is not UTF-8; null where the file looks like UTF-8 with
 * a damaged place, or like nothing that is known.
 */
export async function guessEncoding(handle: FileHandle, offset: number): Promise<string | null> {
  const buffer = Buffer.alloc(2 * sampleBytes);
  const start = Math.max(0, offset - sampleBytes);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  let sample = buffer.subarray(0, bytesRead);
  // A line break is never part of a character in the encodings tried here.
  if (start > 0) sample = sample.subarray(sample.indexOf(0x0a) + 1);
  if (mostlyUtf8(sample)) return null;
  let best = { name: '', share: 0 };
  for (const { name, label, share } of candidates) {
    const text = decode(sample, label);
    const found = text === null ? 0 : share(text.replace(/[\0-\x7f]/g, ''), sample);
    if (found > best.share) best = { name, share: found };
  }
  return best.share >= 0.8 ? best.name : null;
}

function mostlyUtf8(bytes: Buffer): boolean {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = validSequence(bytes, at);
    if (length === 0) invalid++;
    else if (length > 1) valid++;
    at += Math.max(1, length);
  }
  return valid > invalid;
}

function decode(bytes: Buffer, label: string): string | null {
  try {
    // `stream`: the sample may end inside a character.
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/**
 * Of all characters, those that Japanese text is made of: their first byte lies below 0xa0. Accented Latin letters look
 * like rare ideographs when read as Shift_JIS, EUC-JP like half-width kana.
 */
function shiftJisShare(_text: string, bytes: Buffer): number {
  let common = 0;
  let other = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte < 0x80) continue;
    if (byte < 0xa0) common++;
    else other++;
    // Between 0xa0 and 0xe0 lie the half-width kana, which are one byte each.
    if (byte < 0xa0 || byte >= 0xe0) at++;
  }
  return common / (common + other);
}

function japaneseShare(text: string): number {
  return share(text, /[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff60]/gu);
}

function latinShare(text: string): number {
  return share(text, /[\p{Script=Latin}“”‘’–—…€°§©®«»¿¡·£\u00a0]/gu);
}

function share(text: string, good: RegExp): number {
  return (text.match(good)?.length ?? 0) / text.length;
}
