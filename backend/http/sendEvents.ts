import { once } from 'node:events';
import type { Response } from 'express';
import type { RunEvent } from '../contract/run.ts';

/** A comment this often keeps a quiet stream from being taken for a dead one, ms. */
const heartbeat = 15_000;

/** Server-sent events, as fast as the client reads them; ends with the source or when the client goes away. */
export async function sendEvents(events: AsyncIterable<RunEvent>, response: Response): Promise<void> {
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-cache');
  response.flushHeaders();
  const beat = setInterval(() => response.write(':\n\n'), heartbeat);
  const closed = new Promise((resolve) => response.once('close', resolve));
  try {
    for await (const event of events) {
      if (response.destroyed) break;
      const taken = response.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (!taken) await Promise.race([once(response, 'drain'), closed]);
    }
  } finally {
    clearInterval(beat);
    response.end();
  }
}
