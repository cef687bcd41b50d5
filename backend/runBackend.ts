import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Language } from './contract/common.ts';
import { errorBody, storedError } from './contract/errorBody.ts';
import { Start, type StartAnswer } from './contract/handover.ts';
import { type BackendOptions, createBackend } from './createBackend.ts';
import { lockDirectory } from './db/lockDirectory.ts';
import { dataLayout } from './files/dataDirectory.ts';
import { handoverPath } from './files/handoverPath.ts';
import { version } from './files/packageRoot.ts';
import { handoverServer, Leases } from './http/leases.ts';
import { listen } from './http/listen.ts';
import { type FileLog, openLog } from './log/log.ts';

export interface ProcessOptions {
  readonly dataDirectory: string;
  /** Of what is told before there is any request. */
  readonly language: Language;
  readonly engineCommand?: BackendOptions['engineCommand'];
}

/** What engines get of the end for their last checkpoints, and how long the whole of it may take, ms. */
const checkpointTime = 15_000;
const endingTime = 25_000;

/**
 * The life of the backend process: waits for its parent's first line, takes the data directory, tells where it listens,
 * and ends when its last client is gone. Resolves when it runs, or has told why it does not.
 */
export async function runBackend(options: ProcessOptions): Promise<void> {
  // A parent that died no longer reads, and that must not end the backend before its runs are safe.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    const answer = await start(options);
    tell(answer);
    if (answer.type === 'busy') process.stdin.destroy();
  } catch (error) {
    tell({ type: 'failed', error: errorBody(storedError(error), options.language) });
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.stdout.write('', () => process.exit(1));
  }
}

async function start({ dataDirectory, engineCommand }: ProcessOptions): Promise<StartAnswer> {
  const { token, linger_seconds: linger } = Start.parse(JSON.parse(await firstLine()));
  const layout = dataLayout(dataDirectory);
  const lock = lockDirectory(layout.lock);
  if (lock === null) return { type: 'busy' };
  const log = openLog(layout.log, [token]);
  const { pid } = process;
  log.write('info', 'starting', { version, pid, node: process.version, data_directory: dataDirectory });
  reportBugs(log);

  let ending = false;
  const end = async (reason: string): Promise<void> => {
    if (ending) return;
    ending = true;
    log.write('info', 'ending', { reason });
    setTimeout(() => process.exit(75), endingTime).unref();
    // New clients are to find no backend and to start one, which then waits for the lock.
    handover.close();
    leases.end();
    server.close();
    await backend.close(checkpointTime);
    server.closeAllConnections();
    log.write('info', 'ended');
    await log[Symbol.asyncDispose]();
    lock[Symbol.dispose]();
    process.exit(0);
  };

  const leases = new Leases(() => void end('no client is left'));
  const backend = await createBackend({
    layout,
    version,
    token,
    log,
    engineCommand,
    port: () => port,
    shutdown: () => void end('asked to'),
  });
  const server = createServer(backend.app);
  // Imports of large files and streams of events take as long as they take.
  server.requestTimeout = 0;
  await listen(server, { port: 0, host: '127.0.0.1' });
  const { port } = server.address() as AddressInfo;
  const handover = handoverServer({ port, pid, version, token }, leases);
  const path = handoverPath(dataDirectory);
  // Only who has the lock may listen there, so what lies there is left over from a backend that was killed.
  if (process.platform !== 'win32') rmSync(path, { force: true });
  await listen(handover, { path });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(signal));
  leases.hold(process.stdin, linger);
  await backend.recover();
  return { type: 'ready', port, pid, version };
}

function reportBugs(log: FileLog): void {
  process.on('unhandledRejection', (error) => log.write('error', 'unhandled rejection', { error }));
  process.on('uncaughtException', (error) => {
    log.write('error', 'uncaught exception', { error });
    void log[Symbol.asyncDispose]().then(() => process.exit(70));
  });
}

function tell(line: StartAnswer): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** What the parent says at the start. What it says later means nothing; only its end does. */
function firstLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const early = (): void => reject(new Error('stdin ended before it said what to start.'));
    const take = (chunk: Buffer): void => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0) return;
      process.stdin.off('data', take).off('end', early).pause();
      resolve(text.slice(0, end));
    };
    process.stdin.on('data', take).on('end', early);
  });
}
