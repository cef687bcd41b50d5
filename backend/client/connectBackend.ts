import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import { StartAnswer } from '../contract/handover.ts';
import { dataLayout, defaultDataDirectory } from '../files/dataDirectory.ts';
import { handoverPath } from '../files/handoverPath.ts';
import { Backend, type BackendAddress } from './backend.ts';
import { BackendError } from './backendError.ts';
import { findBackend } from './findBackend.ts';
import { firstLine } from './firstLine.ts';

export { Backend } from './backend.ts';
export { BackendError } from './backendError.ts';

export interface ConnectOptions {
  /** Absent: see `defaultDataDirectory`. */
  readonly dataDirectory?: string;
  /** Of the texts in answers and errors. */
  readonly language?: Language;
  /** The Node that runs the backend. */
  readonly nodePath?: string;
  readonly mainPath?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How long the backend stays after this client is gone, s; 0 where it is not given. */
  readonly lingerSeconds?: number;
  /** How long to wait for a backend that is starting or ending, ms. */
  readonly timeout?: number;
}

interface Lease {
  readonly address: BackendAddress;
  readonly release: () => void;
}

/**
 * The backend of a data directory: the one that runs, else a new one. It lives at least until the returned object is
 * disposed or this process ends. Throws TataraError `backend_start_failed`, `backend_unreachable`, `folder_not_private`,
 * and BackendError with what the backend itself says, e.g. `database_newer`.
 */
export async function connectBackend(options: ConnectOptions = {}): Promise<Backend> {
  const environment = options.environment ?? process.env;
  const dataDirectory = options.dataDirectory ?? defaultDataDirectory(environment);
  const socket = handoverPath(dataDirectory, environment);
  // By a clock that nobody sets, and that stands still while the machine sleeps.
  const deadline = performance.now() + (options.timeout ?? 30_000);
  // A backend that is just starting or ending holds the lock without answering, so both ways are tried in turn.
  for (let wait = 25; ; wait = Math.min(wait * 2, 500)) {
    const lease =
      (await findBackend(socket, options.lingerSeconds)) ?? (await startBackend(dataDirectory, environment, options));
    if (lease) return new Backend(lease.address, options.language ?? 'en', lease.release);
    if (performance.now() > deadline) throw new TataraError('backend_unreachable', { path: dataDirectory });
    await delay(wait);
  }
}

/** The backend of a data directory where one runs; null where none does. Starts nothing. */
export async function joinBackend(options: ConnectOptions = {}): Promise<Backend | null> {
  const environment = options.environment ?? process.env;
  const dataDirectory = options.dataDirectory ?? defaultDataDirectory(environment);
  const lease = await findBackend(handoverPath(dataDirectory, environment), options.lingerSeconds);
  return lease && new Backend(lease.address, options.language ?? 'en', lease.release);
}

/** A new backend with this process as its parent; null where another one has the data directory. */
async function startBackend(
  dataDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
  options: ConnectOptions,
): Promise<Lease | null> {
  const child = spawn(
    options.nodePath ?? process.execPath,
    [options.mainPath ?? join(import.meta.dirname, '../main.ts')],
    {
      env: { ...environment, TATARA_HOME: dataDirectory, TATARA_LANGUAGE: options.language ?? 'en' },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Its own process group: Ctrl-C in a terminal is for the client, which then asks for what it wants.
      detached: true,
      windowsHide: true,
    },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  child.stdin.on('error', () => {});
  const failed = (reason: string, cause?: unknown) =>
    new TataraError('backend_start_failed', { reason, log: dataLayout(dataDirectory).log }, { cause });
  const spawnError = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(failed(error.message, error)));
  });
  const token = randomBytes(32).toString('base64url');
  child.stdin.write(`${JSON.stringify({ type: 'start', token, linger_seconds: options.lingerSeconds ?? 0 })}\n`);
  const line = await Promise.race([firstLine(child.stdout), spawnError]);
  const answer = line === null ? null : parseAnswer(line);
  if (answer?.type === 'ready') {
    // What the backend may still say is drained, but nothing of it keeps this process alive.
    child.stdout.resume();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
    }
    child.unref();
    const { port, pid, version } = answer;
    return {
      address: { port, pid, version, token },
      release: () => void child.stdin.destroy(),
    };
  }
  child.stdin.end();
  if (answer?.type === 'busy') return null;
  if (answer?.type === 'failed') throw new BackendError(503, answer.error);
  throw failed(complaint.trim().split('\n').slice(-5).join('\n') || 'no answer');
}

function parseAnswer(line: string): StartAnswer | null {
  try {
    return StartAnswer.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
