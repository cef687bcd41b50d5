import type { Readable } from 'node:stream';

/** The first line that comes, without its end; null where the stream ends before it has one. */
export function firstLine(stream: Readable): Promise<string | null> {
  return new Promise((resolve) => {
    let text = '';
    const done = (line: string | null): void => {
      stream.off('data', take).off('end', end).off('close', end).off('error', end);
      stream.pause();
      resolve(line);
    };
    const take = (chunk: Buffer | string): void => {
      text += String(chunk);
      const at = text.indexOf('\n');
      if (at >= 0) done(text.slice(0, at));
    };
    const end = (): void => done(null);
    stream.on('data', take).on('end', end).on('close', end).on('error', end);
  });
}
