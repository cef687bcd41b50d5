import { JsonSyntaxError } from '../json/jsonSyntaxError.ts';
import { type JsonValue, jsonUnexpected, parseJsonAt } from '../json/parseJson.ts';
import { maxRowLength, type RowSink, rowTooLarge } from '../rowSink.ts';
import type { Position, TextWindow } from '../text/textWindow.ts';
import { attempt, syntaxProblem, valueProblem } from './jsonProblem.ts';

export interface PlacedValue {
  readonly value: JsonValue;
  readonly position: Position;
}

/**
 * Reads a JSON text too large for the memory: the outermost lists and objects step by step, what lies in them value by
 * value. The window always begins at what is read next. What is broken goes to the sink, and reading goes on behind it
 * where the brackets allow.
 */
export class JsonStream {
  private readonly window: TextWindow;
  private readonly sink: RowSink;
  /** That the file ends inside a value has been told. */
  private cutOff = false;

  constructor(window: TextWindow, sink: RowSink) {
    this.window = window;
    this.sink = sink;
  }

  /** Steps over white space; the character that follows, '' at the end. */
  async peek(): Promise<string> {
    for (;;) {
      const at = this.window.text.search(/[^ \t\r\n]/);
      if (at >= 0) {
        if (at > 0) this.window.drop(at);
        return this.window.text[0]!;
      }
      this.window.drop(this.window.text.length);
      if (this.window.ended) return '';
      await this.window.grow();
    }
  }

  /** The elements of the list that begins here. False where it breaks off. */
  async array(onElement: (value: JsonValue, position: Position) => void, areRows: boolean): Promise<boolean> {
    this.window.drop(1);
    if ((await this.peek()) === ']') return this.take();
    for (;;) {
      const first = await this.peek();
      if (first === '') return this.endsEarly('endInArray');
      if (first === ']') {
        this.broken('trailingComma');
        return this.take();
      }
      const placed = await this.value(areRows);
      if (this.sink.due) await this.sink.rest();
      if (placed !== null) onElement(placed.value, placed.position);
      else {
        const behind = await this.recover();
        if (behind === 'nothing') return false;
        if (behind === 'element') continue;
      }
      const next = await this.peek();
      if (next === ']') return this.take();
      if (next === ',') this.take();
      else if (next === '') return this.endsEarly('endInArray');
      else {
        this.broken('commaOrBracket');
        // Only the comma is missing: the next element is there all the same.
        if (next !== '{' && (await this.recover()) === 'nothing') return false;
      }
    }
  }

  /** The fields of the object that begins here; `onField` reads the value. False where it breaks off. */
  async object(onField: (key: string) => Promise<boolean>): Promise<boolean> {
    this.window.drop(1);
    if ((await this.peek()) === '}') return this.take();
    for (;;) {
      const first = await this.peek();
      if (first === '') return this.endsEarly('endInObject');
      if (first !== '"') return this.broken(first === '}' ? 'trailingComma' : 'keyExpected');
      const key = await this.value(false);
      if (key === null) return false;
      const colon = await this.peek();
      if (colon === '') return this.endsEarly('endInObject');
      if (colon !== ':') return this.broken('colonExpected');
      this.take();
      if ((await this.peek()) === '') return this.endsEarly('endInObject');
      if (!(await onField(String(key.value)))) return false;
      const next = await this.peek();
      if (next === '}') return this.take();
      if (next === '') return this.endsEarly('endInObject');
      if (next !== ',') return this.broken('commaOrBrace');
      this.take();
    }
  }

  /** Steps over the value that begins here, of whatever size. */
  async skip(): Promise<boolean> {
    const first = await this.peek();
    if (first === '[') return this.array(() => {}, false);
    if (first === '{') return this.object(() => this.skip());
    return (await this.value(false)) !== null;
  }

  /** Nothing but white space may follow. */
  async end(): Promise<void> {
    if ((await this.peek()) !== '') this.broken('extraData');
  }

  /** The value that begins here; null where it is broken, which has then been told, and the window stays before it. */
  async value(isRow: boolean): Promise<PlacedValue | null> {
    const { window, sink } = this;
    for (;;) {
      const parsed = attempt(() => parseJsonAt(window.text, 0));
      const wantsMore = parsed instanceof JsonSyntaxError ? parsed.truncated : parsed.end === window.text.length;
      if (wantsMore && !window.ended && window.text.length <= maxRowLength) {
        await window.grow();
        continue;
      }
      if (
        wantsMore
          ? window.text.length > maxRowLength
          : !(parsed instanceof JsonSyntaxError) && parsed.end > maxRowLength
      ) {
        sink.problem(rowTooLarge, window.positionAt(0), isRow);
        return null;
      }
      const wrong =
        parsed instanceof JsonSyntaxError
          ? syntaxProblem(parsed, window.text, window.ended)
          : valueProblem(parsed, window.text.slice(0, parsed.end));
      if (wrong !== null) {
        this.cutOff = wrong.problem.code === 'json_truncated';
        sink.problem(wrong.problem, window.positionAt(wrong.offset), isRow);
        return null;
      }
      if (parsed instanceof JsonSyntaxError) throw parsed;
      const position = window.positionAt(0);
      window.drop(parsed.end);
      return { value: parsed.value, position };
    }
  }

  /**
   * Steps over a broken element, to the comma or bracket behind it. A line break ends a text, since a closing quote that
   * is missing is the likeliest damage; where an object begins on the next line, it is taken for the next element.
   */
  private async recover(): Promise<'separator' | 'element' | 'nothing'> {
    const { window, sink } = this;
    const start = window.positionAt(0);
    let depth = 0;
    let inText = false;
    let escaped = false;
    let textBroke = false;
    for (;;) {
      const { text } = window;
      for (let at = 0; at < text.length; at++) {
        const character = text[at]!;
        if (inText) {
          if (character === '\n') {
            inText = false;
            textBroke = true;
          } else if (escaped) escaped = false;
          else if (character === '\\') escaped = true;
          else if (character === '"') inText = false;
          continue;
        }
        if (/\s/.test(character)) continue;
        if (textBroke && depth === 1 && character === '{') {
          window.drop(at);
          return 'element';
        }
        textBroke = false;
        if (character === '"') inText = true;
        else if (character === '{' || character === '[') depth++;
        else if (depth === 0 && (character === ',' || character === ']' || character === '}')) {
          window.drop(at);
          return 'separator';
        } else if ((character === '}' || character === ']') && --depth === 0) {
          window.drop(at + 1);
          return 'separator';
        }
      }
      window.drop(text.length);
      if (window.ended) {
        if (!this.cutOff) sink.problem({ code: 'json_unrecoverable', details: {} }, start, false);
        return 'nothing';
      }
      await window.grow();
      if (sink.due) await sink.rest();
    }
  }

  private take(): true {
    this.window.drop(1);
    return true;
  }

  private broken(reason: JsonSyntaxError['reason']): false {
    const { problem } = syntaxProblem(jsonUnexpected(this.window.text, 0, reason), this.window.text, false);
    this.sink.problem(problem, this.window.positionAt(0), false);
    return false;
  }

  private endsEarly(reason: JsonSyntaxError['reason']): false {
    const error = new JsonSyntaxError(reason, 0, '', true);
    this.sink.problem(syntaxProblem(error, '', true).problem, this.window.positionAt(0), false);
    return false;
  }
}
