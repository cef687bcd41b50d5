import { connect, type Socket } from 'node:net';
import { Found } from '../contract/handover.ts';
import type { BackendAddress } from './backend.ts';
import { firstLine } from './firstLine.ts';

export interface FoundBackend {
  readonly address: BackendAddress;
  readonly release: () => void;
}

/** The backend behind a hand-over socket; the open connection is the lease. Null where there is none, or one that ends. */
export async function findBackend(path: string, lingerSeconds = 0): Promise<FoundBackend | null> {
  const socket = await open(path);
  if (!socket) return null;
  socket.write(`${JSON.stringify({ type: 'hello', linger_seconds: lingerSeconds })}\n`);
  const line = await firstLine(socket);
  const found = line === null ? null : Found.safeParse(JSON.parse(line));
  if (!found?.success) {
    socket.destroy();
    return null;
  }
  socket.resume();
  socket.unref();
  const { port, pid, version, token } = found.data;
  return {
    address: { port, pid, version, token },
    release: () => void socket.destroy(),
  };
}

function open(path: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.on('error', () => resolve(null));
  });
}
