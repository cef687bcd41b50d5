import { setImmediate as nextTurn } from 'node:timers/promises';

/** One event of a stream. https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface ServerSentEvent {
  /** The last id that was told, in this or an earlier event. */
  readonly id: string;
  readonly data: string;
}

/** Longest line that is taken; a longer one means that the other side is not what it claims to be. */
const longestLine = 64 * 1024 * 1024;

export async function* serverSentEvents(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let id = '';
  let data: string[] = [];
  for await (const line of lines(stream)) {
    if (line === '') {
      if (data.length > 0) yield { id, data: data.join('\n') };
      data = [];
      continue;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'id' && !value.includes('\0')) id = value;
  }
}

/** Lines end with CR, LF or both; what is after the last end of line is not a line yet and is dropped at the end. */
async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the very end may be the first half of CR LF.
    const whole = rest.endsWith('\r') ? rest.slice(0, -1) : rest;
    const parts = whole.split(/\r\n|\r|\n/);
    const last = parts.pop() ?? '';
    rest = rest.endsWith('\r') ? `${last}\r` : last;
    if (rest.length > longestLine) throw new Error('An event of the backend is too long.');
    yield* parts;
    // A long stream arrives faster than it is read; whoever else runs in this process gets a turn between its pieces.
    await nextTurn();
  }
}
