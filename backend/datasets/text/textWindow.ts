import type { TextFile } from './textFile.ts';
import { unpairedSurrogate } from './unpaired.ts';

/** A place in the source. Both count from 1, the column in characters (code points). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Called once, at the first byte that is not UTF-8; may throw, or let the reading go on. */
export type OnInvalid = (position: Position, byte: number, fileOffset: number) => Promise<void>;

/** The part of a file that is being looked at: text from a known place on, which grows at its end when asked to. */
export class TextWindow {
  text = '';
  /** No text follows the window. */
  ended = false;
  private readonly file: TextFile;
  private readonly onInvalid: OnInvalid;
  private toldInvalid = false;
  private line = 1;
  private column = 1;

  constructor(file: TextFile, onInvalid: OnInvalid) {
    this.file = file;
    this.onInvalid = onInvalid;
  }

  get bytesRead(): number {
    return this.file.bytesRead;
  }

  /**
   * Adds at least one character, or finds the end. The window doubles, so that a caller who begins again from its start
   * each time reads every character only a few times.
   */
  async grow(): Promise<void> {
    const before = this.text.length;
    while (!this.ended && this.text.length === before) {
      const piece = await this.file.read(before);
      if (piece === null) this.ended = true;
      else this.text += piece;
    }
    if (this.file.firstInvalid === null || this.toldInvalid) return;
    this.toldInvalid = true;
    const at = unpairedSurrogate(this.text);
    await this.onInvalid(this.positionAt(at), this.text.charCodeAt(at) - 0xdc00, this.file.firstInvalid);
  }

  /** Lets go of the text before the offset. */
  drop(offset: number): void {
    const { line, column } = this.positionAt(offset);
    this.line = line;
    this.column = column;
    this.text = this.text.slice(offset);
  }

  positionAt(offset: number): Position {
    return advance(this.text.slice(0, offset), this.text[offset], this.line, this.column);
  }
}

/** Where the end of a text lies that begins at the line and column. \n, \r\n and \r end a line; `next` follows. */
function advance(text: string, next: string | undefined, line: number, column: number): Position {
  const breaks = text.includes('\r') ? /\r\n|\n|\r/g : /\n/g;
  let lineStart = 0;
  let count = 0;
  for (const match of text.matchAll(breaks)) {
    // The first half of \r\n at the very end: its line ends with the second half.
    if (match[0] === '\r' && match.index === text.length - 1 && next === '\n') break;
    lineStart = match.index + match[0].length;
    count++;
  }
  return { line: line + count, column: (count > 0 ? 1 : column) + countCharacters(text, lineStart) };
}

function countCharacters(text: string, start: number): number {
  let count = 0;
  for (let at = start; at < text.length; at++) {
    const isLow = (text.charCodeAt(at) & 0xfc00) === 0xdc00;
    if (!isLow || at === 0 || (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800) count++;
  }
  return count;
}
