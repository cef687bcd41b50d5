import { truncate } from './width.ts';

/** How often a plain output gets a line of progress, ms. */
const plainInterval = 5000;

/**
 * One line that is rewritten in place on a terminal. Where the output is a file or a pipe it becomes a plain line now
 * and then, so that a log stays readable.
 */
export class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  #shown = false;
  #lastPlain = Number.NEGATIVE_INFINITY;

  constructor(stream: NodeJS.WriteStream, isTerminal: boolean) {
    this.#stream = stream;
    this.#isTerminal = isTerminal;
  }

  /** `always`: print it on a plain output too, however recent the last line is. */
  update(text: string, always = false): void {
    if (this.#isTerminal) {
      this.#stream.write(`\r\x1b[2K${truncate(text, (this.#stream.columns ?? 80) - 1)}`);
      this.#shown = true;
      return;
    }
    const now = performance.now();
    if (!always && now - this.#lastPlain < plainInterval) return;
    this.#lastPlain = now;
    this.#stream.write(`${text}\n`);
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[2K');
    this.#shown = false;
  }
}
