import { once } from 'node:events';
import type { Cli } from '../cli.ts';

const page = 500;

/** Lines to the output of the command, page by page, as fast as they are taken. */
export async function exportLines(
  cli: Cli,
  read: (offset: number, limit: number) => Promise<readonly string[]>,
): Promise<void> {
  for (let offset = 0; ; offset += page) {
    const lines = await read(offset, page);
    if (lines.length > 0 && !cli.stdout.write(`${lines.join('\n')}\n`)) await once(cli.stdout, 'drain');
    if (lines.length < page) return;
  }
}
