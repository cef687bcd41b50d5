import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line, with the secrets that it was told about removed wherever they stand. */
export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
}

export interface FileLog extends Log, AsyncDisposable {}

/** A log of this size, bytes, is put aside at the next start; one old one is kept. */
const largestLog = 8 * 1024 * 1024;

export function openLog(path: string, secrets: readonly string[]): FileLog {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rotate(path);
  const stream: WriteStream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end the backend only because it cannot say so.
  stream.on('error', () => {});
  return {
    write(level, message, fields = {}) {
      stream.write(`${logLine(new Date(), level, message, fields, secrets)}\n`);
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

export function logLine(
  at: Date,
  level: LogLevel,
  message: string,
  fields: LogFields,
  secrets: readonly string[],
): string {
  const line = JSON.stringify({ at: at.toISOString(), level, message, ...fields }, (key, value: unknown) => {
    if (secretKeys.test(key)) return removed;
    return value instanceof Error ? describe(value) : value;
  });
  return secrets.filter((secret) => secret !== '').reduce((text, secret) => text.replaceAll(secret, removed), line);
}

const removed = '[removed]';
const secretKeys = /^(authorization|proxy-authorization|cookie|set-cookie|token|api[-_]?key|password|secret)$/i;

function describe(error: Error): object {
  return {
    name: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack
      ?.split('\n')
      .slice(1, 12)
      .map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}

function rotate(path: string): void {
  try {
    if (statSync(path).size > largestLog) renameSync(path, `${path}.1`);
  } catch {
    // There is none yet, or it cannot be moved: then it goes on growing, and nothing is lost.
  }
}
