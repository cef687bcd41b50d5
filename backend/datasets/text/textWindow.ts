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
    return advance(this.text, 0, offset, this.line, this.column);
  }
}

/** Where `end` lies, `start` being at the line and column. \n, \r\n and \r end a line. */
function advance(text: string, start: number, end: number, line: number, column: number): Position {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x0a || (code === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) {
      line++;
      column = 1;
    } else if (code < 0xdc00 || code > 0xdfff || !isHighSurrogate(text.charCodeAt(at - 1))) column++;
  }
  return { line, column };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
