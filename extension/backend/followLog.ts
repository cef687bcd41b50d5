import { open, stat } from 'node:fs/promises';
import type * as vscode from 'vscode';

/** How often the file is looked at, ms. */
const every = 1000;
/** What is read at once; a log that grows faster is caught up with at the next look. */
const most = 256 * 1024;

/** Copies what the backend writes into its log to the output channel, level by level, from now on. */
export function followLog(path: string, channel: vscode.LogOutputChannel): vscode.Disposable {
  let at: number | null = null;
  let rest = '';
  let reading = false;
  const look = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    try {
      const { size } = await stat(path);
      at ??= size;
      // The file was put aside and begun anew.
      if (size < at) at = 0;
      if (size === at) return;
      await using file = await open(path, 'r');
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(most, size - at)), 0, undefined, at);
      at += bytesRead;
      const lines = (rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) writeLine(channel, line);
    } catch {
      // There is no log yet.
    } finally {
      reading = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), every);
  timer.unref();
  return { dispose: () => clearInterval(timer) };
}

function writeLine(channel: vscode.LogOutputChannel, line: string): void {
  try {
    const { at: _at, level, message, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const text = `[backend] ${String(message)}${Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`}`;
    if (level === 'error') channel.error(text);
    else if (level === 'warn') channel.warn(text);
    else if (level === 'debug') channel.debug(text);
    else channel.info(text);
  } catch {
    channel.info(`[backend] ${line}`);
  }
}
