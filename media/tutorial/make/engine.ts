import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineEvent, type TrainRequest } from '../../../native/contract/messages.ts';

const program = join(import.meta.dirname, '../../../native/host/main.ts');

/** Lets an engine process serve the request and hands on its events. Ctrl-C stops it with a checkpoint. */
export async function runEngine(request: TrainRequest, onEvent: (event: EngineEvent) => void): Promise<EngineEvent> {
  const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stop = () => child.stdin.write(`${JSON.stringify({ type: 'stop' })}\n`);
  process.once('SIGINT', stop);
  try {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    let last: EngineEvent | null = null;
    for await (const line of createInterface({ input: child.stdout })) {
      last = EngineEvent.parse(JSON.parse(line));
      onEvent(last);
    }
    if (last === null) throw new Error('the engine ended without a word');
    return last;
  } finally {
    process.removeListener('SIGINT', stop);
    child.stdin.end();
  }
}
