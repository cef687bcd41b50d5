import { createServer, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type Found, Hello } from '../contract/handover.ts';

/** A hello is short; whoever sends more is no client of ours. */
const longestHello = 1024;

/** Who still needs the backend: its parent, by its stdin, and every client of the hand-over socket, by its connection. */
export class Leases {
  readonly #holders = new Set<Readable>();
  readonly #lingering = new Set<NodeJS.Timeout>();
  readonly #onLast: () => void;
  #ended = false;

  /** `onLast` is called when the last lease is given back. */
  constructor(onLast: () => void) {
    this.#onLast = onLast;
  }

  /**
   * The lease lasts until the stream ends, and `linger` seconds more. False where it comes too late, and the backend is
   * ending already.
   */
  hold(stream: Readable, linger = 0): boolean {
    if (this.#ended) return false;
    this.#holders.add(stream);
    const release = () => {
      if (!this.#holders.delete(stream)) return;
      if (linger === 0 || this.#ended) return this.#endWithoutHolders();
      const timer = setTimeout(() => {
        this.#lingering.delete(timer);
        this.#endWithoutHolders();
      }, linger * 1000);
      this.#lingering.add(timer);
    };
    stream.on('end', release).on('close', release).on('error', release);
    stream.resume();
    return true;
  }

  /** Drops the clients of the socket, so that it can close. */
  end(): void {
    this.#ended = true;
    for (const timer of this.#lingering) clearTimeout(timer);
    for (const stream of this.#holders) stream.destroy();
  }

  #endWithoutHolders(): void {
    if (this.#holders.size > 0 || this.#lingering.size > 0 || this.#ended) return;
    this.#ended = true;
    this.#onLast();
  }
}

/** The hand-over socket: tells a client that says hello where the backend is, and takes its connection for a lease. */
export function handoverServer(found: Omit<Found, 'type'>, leases: Leases): Server {
  return createServer((socket) => {
    socket.on('error', () => socket.destroy());
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString('utf8');
      const end = text.indexOf('\n');
      if (end < 0 && text.length < longestHello) return;
      socket.off('data', take);
      const hello = readHello(text.slice(0, end));
      if (hello === null) return void socket.destroy();
      welcome(socket, hello.linger_seconds);
    };
    const welcome = (client: Socket, linger: number) => {
      if (!leases.hold(client, linger)) return void client.destroy();
      client.write(`${JSON.stringify({ type: 'found', ...found })}\n`);
    };
    socket.on('data', take);
  });
}

function readHello(line: string): Hello | null {
  try {
    return Hello.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
