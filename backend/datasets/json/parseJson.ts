/**
 * JSON by RFC 8259, as strict as `JSON.parse` and with the same values, but every error has its offset, and what
 * `JSON.parse` passes over in silence (a key that stands twice, half of a surrogate pair) is noted with its offset.
 */
import { JsonSyntaxError } from './jsonSyntaxError.ts';

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** Something legal that would lose or damage data. Offsets are UTF-16 units of the text. */
export interface JsonNote {
  readonly kind: 'duplicate_key' | 'lone_surrogate';
  readonly offset: number;
  /** The key, or the escape as it is written. */
  readonly subject: string;
}

export interface ParsedJson {
  readonly value: JsonValue;
  /** Offset behind the value. */
  readonly end: number;
  /** The first of its kind only. */
  readonly notes: readonly JsonNote[];
}

/** Deeper nesting is refused, because no data set needs it and the stack is finite. `JSON.parse` itself has no limit. */
export const maxJsonDepth = 512;

/** One value with white space around it and nothing else. Throws JsonSyntaxError. */
export function parseJson(text: string): ParsedJson {
  const parser = new Parser(text, 0);
  parser.skipSpace();
  const value = parser.value();
  parser.skipSpace();
  if (parser.at < text.length) throw parser.unexpected('extraData');
  return { value, end: parser.at, notes: parser.notes };
}

/**
 * The value that starts exactly at `offset`; what follows it is not looked at. Where the text ends inside the value, the
 * error's `truncated` is true, and the call can be made again with more text. A number that ends with the text is
 * returned: only the caller knows whether more digits may follow.
 */
export function parseJsonAt(text: string, offset: number): ParsedJson {
  const parser = new Parser(text, offset);
  const value = parser.value();
  return { value, end: parser.at, notes: parser.notes };
}

/** The error that what stands at `offset` is, where `reason` tells what should stand there. */
export function jsonUnexpected(text: string, offset: number, reason: JsonSyntaxError['reason']): JsonSyntaxError {
  return new Parser(text, offset).unexpected(reason);
}

const quote = 0x22;
const backslash = 0x5c;
const simpleEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
/** What other languages and Japanese input methods write where JSON wants something else. */
const foreignWords = /^(?:None|True|False|undefined)\b/;
const notNumbers = /^[+-]?(?:NaN|Infinity|Inf|nan|inf)\b/;
const fullWidth = /^[“”„‟＂‘’｛｝［］：，、]/;

class Parser {
  readonly text: string;
  at: number;
  depth = 0;
  readonly notes: JsonNote[] = [];

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  value(): JsonValue {
    switch (this.text.charCodeAt(this.at)) {
      case 0x7b:
        return this.object();
      case 0x5b:
        return this.array();
      case quote:
        return this.string();
      case 0x74:
        return this.literal('true', true);
      case 0x66:
        return this.literal('false', false);
      case 0x6e:
        return this.literal('null', null);
      default:
        return this.number();
    }
  }

  private object(): JsonValue {
    this.enter();
    const result: { [key: string]: JsonValue } = {};
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === 0x7d) return this.leave(result);
    for (;;) {
      if (this.at >= this.text.length) throw this.truncated('endInObject');
      if (this.text.charCodeAt(this.at) !== quote) throw this.unexpected('keyExpected');
      const keyAt = this.at;
      const key = this.string();
      this.skipSpace();
      if (this.at >= this.text.length) throw this.truncated('endInObject');
      if (this.text.charCodeAt(this.at) !== 0x3a) throw this.unexpected('colonExpected');
      this.at++;
      this.skipSpace();
      if (this.at >= this.text.length) throw this.truncated('endInObject');
      const value = this.value();
      if (Object.hasOwn(result, key)) this.note('duplicate_key', keyAt, key);
      if (key === '__proto__') {
        Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
      } else result[key] = value;
      this.skipSpace();
      const code = this.text.charCodeAt(this.at);
      if (code === 0x7d) return this.leave(result);
      if (this.at >= this.text.length) throw this.truncated('endInObject');
      if (code !== 0x2c) throw this.unexpected('commaOrBrace');
      this.at++;
      this.skipSpace();
      if (this.text.charCodeAt(this.at) === 0x7d) throw this.unexpected('trailingComma');
    }
  }

  private array(): JsonValue {
    this.enter();
    const result: JsonValue[] = [];
    this.skipSpace();
    if (this.text.charCodeAt(this.at) === 0x5d) return this.leave(result);
    for (;;) {
      if (this.at >= this.text.length) throw this.truncated('endInArray');
      result.push(this.value());
      this.skipSpace();
      const code = this.text.charCodeAt(this.at);
      if (code === 0x5d) return this.leave(result);
      if (this.at >= this.text.length) throw this.truncated('endInArray');
      if (code !== 0x2c) throw this.unexpected('commaOrBracket');
      this.at++;
      this.skipSpace();
      if (this.text.charCodeAt(this.at) === 0x5d) throw this.unexpected('trailingComma');
    }
  }

  private enter(): void {
    if (++this.depth > maxJsonDepth) throw this.unexpected('tooDeep');
    this.at++;
  }

  private leave<T>(result: T): T {
    this.depth--;
    this.at++;
    return result;
  }

  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    let at = start;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return text.slice(start, at);
      }
      if (code === backslash) return this.escapedString(start, at);
      // NaN, behind the end, is not greater or equal either.
      if (!(code >= 0x20)) throw this.brokenString(at);
      at++;
    }
  }

  /** The rest of a string from its first backslash on. */
  private escapedString(start: number, firstEscape: number): string {
    const { text } = this;
    let result = text.slice(start, firstEscape);
    let at = firstEscape;
    let runStart = at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return result + text.slice(runStart, at);
      }
      if (code === backslash) {
        result += text.slice(runStart, at);
        const letter = text[at + 1];
        if (letter === 'u') {
          const unit = this.unicodeEscape(at);
          result += unit;
          at += unit.length * 6;
        } else {
          const simple = letter === undefined ? undefined : simpleEscapes[letter];
          if (simple === undefined) {
            this.at = at;
            throw letter === undefined ? this.truncated('endInString', text.length) : this.unexpected('badEscape', 2);
          }
          result += simple;
          at += 2;
        }
        runStart = at;
      } else if (!(code >= 0x20)) throw this.brokenString(at);
      else at++;
    }
  }

  /** The escape at `at`, or two of them where they are a surrogate pair. */
  private unicodeEscape(at: number): string {
    const unit = this.hexadecimal(at);
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    if (unit < 0xdc00 && this.text.startsWith('\\u', at + 6)) {
      const low = this.hexadecimal(at + 6);
      if (low >= 0xdc00 && low <= 0xdfff) return String.fromCharCode(unit, low);
    }
    this.note('lone_surrogate', at, this.text.slice(at, at + 6));
    return String.fromCharCode(unit);
  }

  private hexadecimal(at: number): number {
    const digits = this.text.slice(at + 2, at + 6);
    if (/^[0-9a-fA-F]{4}$/.test(digits)) return Number.parseInt(digits, 16);
    this.at = at;
    if (at + 2 + digits.length >= this.text.length && /^[0-9a-fA-F]*$/.test(digits)) {
      throw this.truncated('endInString', this.text.length);
    }
    throw this.unexpected('badUnicodeEscape', 6);
  }

  private brokenString(at: number): JsonSyntaxError {
    this.at = at;
    if (at >= this.text.length) return this.truncated('endInString');
    return this.unexpected(/[\r\n]/.test(this.text[at]!) ? 'lineEndInString' : 'controlCharacter');
  }

  private literal<T>(word: string, value: T): T {
    if (this.text.startsWith(word, this.at)) {
      this.at += word.length;
      return value;
    }
    const rest = this.text.slice(this.at, this.at + word.length);
    if (word.startsWith(rest)) throw this.truncated('endInValue', this.text.length);
    throw this.unexpected('valueExpected');
  }

  private number(): number {
    const { text } = this;
    const start = this.at;
    if (start >= text.length) throw this.truncated('endInValue');
    let at = start;
    if (text.charCodeAt(at) === 0x2d) at++;
    const first = text.charCodeAt(at);
    if (first === 0x30) at++;
    else if (isDigit(first)) at = this.digits(at);
    else if (at >= text.length) throw this.truncated('endInNumber', at);
    else throw this.notANumber(start, at);
    if (first === 0x30 && isDigit(text.charCodeAt(at))) {
      this.at = start;
      throw this.unexpected('leadingZero');
    }
    if (text.charCodeAt(at) === 0x2e) at = this.digits(at + 1);
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      at++;
      const sign = text.charCodeAt(at);
      at = this.digits(sign === 0x2b || sign === 0x2d ? at + 1 : at);
    }
    this.at = at;
    return Number(text.slice(start, at));
  }

  /** One digit at least; the offset behind the last. */
  private digits(at: number): number {
    if (!isDigit(this.text.charCodeAt(at))) {
      this.at = at;
      throw at >= this.text.length ? this.truncated('endInNumber') : this.unexpected('digitExpected');
    }
    while (isDigit(this.text.charCodeAt(at))) at++;
    return at;
  }

  private notANumber(start: number, at: number): JsonSyntaxError {
    this.at = start;
    if (notNumbers.test(this.text.slice(start, start + 12))) return this.unexpected('notANumber');
    this.at = at;
    if (this.text[start] === '-') return this.unexpected('digitExpected');
    return this.unexpected('valueExpected');
  }

  private note(kind: JsonNote['kind'], offset: number, subject: string): void {
    if (!this.notes.some((note) => note.kind === kind)) this.notes.push({ kind, offset, subject });
  }

  private truncated(reason: JsonSyntaxError['reason'], offset = this.text.length): JsonSyntaxError {
    return new JsonSyntaxError(reason, offset, '', true);
  }

  /** An error at the present offset; what stands there decides whether a more telling reason is known. */
  unexpected(reason: JsonSyntaxError['reason'], length = 0): JsonSyntaxError {
    const rest = this.text.slice(this.at, this.at + 16);
    const found = length > 0 ? rest.slice(0, length) : (/^[\w+-]+|^./su.exec(rest)?.[0] ?? '');
    if (reason === 'valueExpected' || reason === 'keyExpected') {
      if (rest.startsWith("'")) reason = 'singleQuote';
      else if (foreignWords.test(rest)) reason = 'foreignWord';
      else if (notNumbers.test(rest)) reason = 'notANumber';
      else if (reason === 'valueExpected' && rest.startsWith('+')) reason = 'plusSign';
    }
    if (reason !== 'badEscape' && reason !== 'badUnicodeEscape' && reason !== 'tooDeep') {
      if (/^\/[/*]|^#/.test(rest)) reason = 'comment';
      else if (fullWidth.test(rest)) reason = 'fullWidth';
    }
    return new JsonSyntaxError(reason, this.at, found, false);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
