import { existsSync } from 'node:fs';
import { damaged, type Reason } from '../formatError.ts';
import { openFile, readExactly } from '../openFile.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const maxBytes = 1 << 29;

/** Reads a JSON object. Throws FormatError `model_damaged` with the file's path. */
export function readJsonObject(path: string): JsonObject {
  const value = parse(path, readTextFile(path));
  return isObject(value)
    ? value
    : failJson(path, { en: 'it is not a JSON object', ja: 'JSON オブジェクトではありません' });
}

/** The same for a file that need not be there. */
export function readOptionalJsonObject(path: string): JsonObject {
  return existsSync(path) ? readJsonObject(path) : {};
}

export function readTextFile(path: string): string {
  using file = openFile(path);
  if (file.bytes > maxBytes) failJson(path, { en: 'it is far too large', ja: 'ファイルが大きすぎます' });
  const bytes = Buffer.alloc(file.bytes);
  readExactly(file, 0, bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    return failJson(path, { en: 'it is not UTF-8 text', ja: 'UTF-8 のテキストではありません' }, error);
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return failJson(path, { en: `it is not JSON (${said})`, ja: `JSON として読めません(${said})` }, error);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function failJson(path: string, reason: Reason, cause?: unknown): never {
  throw damaged(path, reason, undefined, cause);
}
