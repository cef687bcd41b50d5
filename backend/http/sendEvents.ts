import { once } from 'node:events';
import type { Response } from 'express';
import type { RunEvent } from '../contract/run.ts';

/** A comment this often keeps a quiet stream from being taken for a dead one, ms. */
const heartbeat = 15_000;

/** Server-sent events, as fast as the client reads them; ends with the source or when the client goes away. */
export async function sendEvents(events: AsyncIterable<RunEvent>, response: Response): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  // The first event decides whether there is anything to stream: until then an error still has its status.
  let next = await iterator.next();
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-cache');
  response.flushHeaders();
  const beat = setInterval(() => response.write(':\n\n'), heartbeat);
  try {
    while (!next.done && !response.destroyed) {
      const event = next.value;
      const taken = response.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (!taken) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      next = await iterator.next();
    }
  } finally {
    clearInterval(beat);
    await iterator.return?.();
    response.end();
  }
}
