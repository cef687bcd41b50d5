import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { EngineEvent, EngineRequest } from '../../native/contract/messages.ts';
import { TataraError } from '../contract/errors.ts';
import { entryPoint } from '../files/entryPoint.ts';
import type { Log } from '../log/log.ts';
import type { Engine, EngineProcess } from '../training/ports.ts';
import { nativeError } from './formatErrors.ts';
import { processStartTime } from './processIdentity.ts';

export interface EngineOptions {
  readonly log: Log;
  /** Program and arguments of an engine process; absent: our own engine under this Node. */
  readonly command?: readonly [string, ...string[]] | undefined;
}

/** The engine as child processes, one a request. */
export function createEngine({ log, command = [process.execPath, entryPoint('host')] }: EngineOptions): Engine {
  return {
    start(request, onStarted) {
      const [program, ...args] = command;
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
      return new ChildEngine(child, EngineRequest.parse(request), log, onStarted);
    },
  };
}

/** Events after which an engine says nothing more. */
const lastEvents: ReadonlySet<EngineEvent['type']> = new Set([
  'probed',
  'preflight',
  'logits',
  'exported',
  'trained',
  'stopped',
  'failed',
]);

/** How long an engine may take to end after its last event, ms. */
const endingTime = 10_000;
/** Of stderr, for the error of an engine that died. */
const keptLines = 8;

class ChildEngine implements EngineProcess {
  readonly events: AsyncIterable<EngineEvent>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #log: Log;
  readonly #lastLines: string[] = [];
  /** How the process ended: `exit code 1`, `SIGKILL`, or why it could not be started. */
  readonly #exit: Promise<string>;

  constructor(
    child: ChildProcessWithoutNullStreams,
    request: EngineRequest,
    log: Log,
    onStarted: Parameters<Engine['start']>[1],
  ) {
    this.#child = child;
    this.#log = log;
    this.#exit = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    // A process that died closes its pipe; how it died is told by its exit.
    child.stdin.on('error', () => {});
    void this.#keepComplaints();
    const startTime = child.pid === undefined ? null : processStartTime(child.pid);
    // The request is sent only once somebody knows of the process: one that nobody knows of has nothing to do.
    if (child.pid !== undefined && startTime !== null) onStarted?.({ pid: child.pid, startTime });
    this.#send(request);
    this.events = this.#readEvents();
  }

  stop(): void {
    this.#send({ type: 'stop' });
  }

  goOn(): void {
    this.#send({ type: 'goOn' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async *#readEvents(): AsyncGenerator<EngineEvent> {
    try {
      for await (const line of lines(this.#child.stdout)) {
        const event = this.#parse(line);
        if (event.type === 'failed') throw nativeError(event.code, event.details, new Error(event.message));
        yield event;
        if (lastEvents.has(event.type)) return;
      }
      throw new TataraError('engine_crashed', { exit: await this.#exit, reason: this.#lastLines.join('\n') || '-' });
    } finally {
      await this.#end();
    }
  }

  #parse(line: string): EngineEvent {
    let parsed: ReturnType<typeof EngineEvent.safeParse>;
    try {
      parsed = EngineEvent.safeParse(JSON.parse(line));
    } catch {
      throw new TataraError('engine_bug', { reason: `it said what is not JSON: ${line.slice(0, 200)}` });
    }
    if (parsed.success) return parsed.data;
    throw new TataraError('engine_bug', { reason: `it said ${line.slice(0, 200)}` }, { cause: parsed.error });
  }

  /** An engine ends by itself when its stdin is closed; one that does not is ended. */
  async #end(): Promise<void> {
    this.#child.stdin.end();
    this.#child.stdout.resume();
    const timer = setTimeout(() => this.kill(), endingTime);
    await this.#exit;
    clearTimeout(timer);
  }

  async #keepComplaints(): Promise<void> {
    for await (const line of lines(this.#child.stderr)) {
      this.#log.write('info', 'engine', { pid: this.#child.pid, line });
      this.#lastLines.push(line);
      if (this.#lastLines.length > keptLines) this.#lastLines.shift();
    }
  }
}

/** Lines as they come; what stands after the last end of line at the end comes, too. Reads no faster than it is asked. */
async function* lines(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch {
    // The pipe broke: the process is gone, and its exit tells why.
  }
  if (rest !== '') yield rest;
}
