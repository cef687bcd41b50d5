import type { Backend } from '../client/connectBackend.ts';
import type { Language } from '../contract/common.ts';
import type { TextKey } from '../l10n/texts.ts';
import { type TextDetails, translate } from '../l10n/translate.ts';
import { type ExitCode, exitCode } from './exitCode.ts';
import { LiveLine } from './liveLine.ts';
import { safeLine, safeLines } from './safeOutput.ts';
import { createStyle, type Style } from './style.ts';

export interface CliOptions {
  readonly language: Language;
  readonly json: boolean;
  /** How the reader starts Tatara: `tatara`, or longer where it is not installed. */
  readonly command: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly connect: (language: Language) => Promise<Backend>;
  /** The backend where one runs; starts none. */
  readonly join: (language: Language) => Promise<Backend | null>;
}

/** What every command works with: where to write, in which language, and the backend once one needs it. */
export class Cli implements AsyncDisposable {
  readonly language: Language;
  /** Results as JSON on stdout, nothing else there. */
  readonly json: boolean;
  readonly command: string;
  readonly style: Style;
  readonly isTerminal: boolean;
  readonly #live: LiveLine;
  exitCode: ExitCode = exitCode.done;
  readonly #options: CliOptions;
  #backend: Promise<Backend> | undefined;

  constructor(options: CliOptions) {
    this.#options = options;
    this.language = options.language;
    this.json = options.json;
    this.command = options.command;
    this.isTerminal = options.stdout.isTTY === true && !options.json;
    this.style = createStyle(this.isTerminal, options.environment);
    this.#live = new LiveLine(options.stdout, this.isTerminal);
  }

  /** Where results go that are neither for a person nor one JSON document. */
  get stdout(): NodeJS.WriteStream {
    return this.#options.stdout;
  }

  /** Columns of the terminal; a plain output gets a width that fits most. */
  get columns(): number {
    return this.isTerminal ? Math.max(40, this.#options.stdout.columns ?? 80) : 100;
  }

  /** The backend, found or started at the first call. */
  backend(): Promise<Backend> {
    this.#backend ??= this.#options.connect(this.language);
    return this.#backend;
  }

  /** The backend where one runs already; null where none does. */
  async runningBackend(): Promise<Backend | null> {
    const backend = await this.#options.join(this.language);
    if (backend) this.#backend = Promise.resolve(backend);
    return backend;
  }

  text(key: TextKey, details?: TextDetails): string {
    return translate(this.language, key, { tatara: this.command, ...details });
  }

  /** A text for a person; nothing with --json. */
  say(key: TextKey, details?: TextDetails): void {
    this.lines(this.text(key, details));
  }

  /** The live line of progress; nothing with --json. `always` prints it on a plain output however recent the last is. */
  progress(text: string, always = false): void {
    if (!this.json) this.#live.update(safeLine(text), always);
  }

  /** Lines for a person; nothing with --json. */
  lines(...lines: readonly string[]): void {
    if (this.json) return;
    this.#live.clear();
    for (const line of lines) this.#options.stdout.write(`${safeLines(line)}\n`);
  }

  /** A result for a script: one JSON document on one line, only with --json. */
  result(value: unknown): void {
    if (this.json) this.#options.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A piece of an answer as it is written. */
  write(text: string): void {
    if (!this.json) this.#options.stdout.write(safeLines(text));
  }

  error(text: string): void {
    this.#live.clear();
    this.#options.stderr.write(`${safeLines(text)}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const backend = await this.#backend?.catch(() => undefined);
    await backend?.[Symbol.asyncDispose]();
  }
}
