import type { Language, Localised } from '../../contract/common.ts';
import { fill } from '../../contract/errors.ts';

/** Broken JSON, at an offset in UTF-16 units. */
export class JsonSyntaxError extends SyntaxError {
  readonly reason: JsonReason;
  readonly offset: number;
  /** What stands at the offset, shortened. */
  readonly found: string;
  /** The text ended inside the value: more text could make it whole. */
  readonly truncated: boolean;

  constructor(reason: JsonReason, offset: number, found: string, truncated: boolean) {
    super(`${fill(jsonReasons[reason].en, { found: show(found) })} (offset ${offset})`);
    this.name = 'JsonSyntaxError';
    this.reason = reason;
    this.offset = offset;
    this.found = found;
    this.truncated = truncated;
  }
}

/** Why JSON is broken, as a sentence. */
export function jsonReason(error: JsonSyntaxError, language: Language): string {
  return fill(jsonReasons[error.reason][language], { found: show(error.found) });
}

/** A character that cannot be seen is shown by its number. */
function show(found: string): string {
  return /^[\p{C}\p{Z}]/u.test(found)
    ? `U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
    : found;
}

const jsonReasons = {
  valueExpected: {
    en: 'a value must stand here, but {found} was found.',
    ja: 'ここには値が必要ですが、{found} があります。',
  },
  keyExpected: {
    en: 'a key in double quotes must stand here, but {found} was found.',
    ja: 'ここには二重引用符で囲んだキーが必要ですが、{found} があります。',
  },
  colonExpected: {
    en: 'a colon must follow the key, but {found} was found.',
    ja: 'キーの後にはコロンが必要ですが、{found} があります。',
  },
  commaOrBrace: {
    en: 'a comma or } must follow, but {found} was found.',
    ja: 'ここにはコンマか } が必要ですが、{found} があります。',
  },
  commaOrBracket: {
    en: 'a comma or ] must follow, but {found} was found.',
    ja: 'ここにはコンマか ] が必要ですが、{found} があります。',
  },
  trailingComma: {
    en: 'a comma stands before {found} with nothing between.',
    ja: '{found} の直前に余分なコンマがあります。',
  },
  singleQuote: {
    en: 'text must be in double quotes ("), not single ones.',
    ja: '文字列は \' ではなく二重引用符 (") で囲みます。',
  },
  comment: { en: 'JSON has no comments.', ja: 'JSON にはコメントを書けません。' },
  foreignWord: {
    en: '{found} is not JSON; write null, true or false.',
    ja: '{found} は JSON ではありません。null、true、false のいずれかを使います。',
  },
  notANumber: { en: '{found} is not a number in JSON.', ja: '{found} は JSON の数値ではありません。' },
  plusSign: { en: 'a number must not begin with +.', ja: '数値を + で始めることはできません。' },
  leadingZero: {
    en: 'the number {found} begins with a needless 0.',
    ja: '数値 {found} の先頭に余分な 0 があります。',
  },
  digitExpected: {
    en: 'a digit must stand here, but {found} was found.',
    ja: 'ここには数字が必要ですが、{found} があります。',
  },
  fullWidth: {
    en: '{found} is not a sign of JSON; write the plain ASCII one.',
    ja: '{found} は JSON の記号ではありません。半角の記号を使います。',
  },
  lineEndInString: {
    en: 'the line ends inside a text; is its closing quote missing? A line break inside a text is written \\n.',
    ja: '文字列の途中で行が終わっています。閉じ引用符が抜けていませんか? 文字列の中の改行は \\n と書きます。',
  },
  controlCharacter: {
    en: 'the control character {found} must be escaped in a text.',
    ja: '文字列の中の制御文字 {found} はエスケープが必要です。',
  },
  badEscape: {
    en: '{found} is not an escape of JSON; a backslash itself is written \\\\.',
    ja: '{found} は JSON のエスケープではありません。\\ そのものは \\\\ と書きます。',
  },
  badUnicodeEscape: {
    en: 'four hexadecimal digits must follow \\u, but {found} was found.',
    ja: '\\u の後には 4 桁の 16 進数が必要ですが、{found} があります。',
  },
  extraData: {
    en: 'the value has ended, but {found} follows.',
    ja: '値が終わった後に {found} があります。',
  },
  tooDeep: { en: 'it is nested too deeply.', ja: '入れ子が深すぎます。' },
  endInString: { en: 'it ends inside a text.', ja: '文字列の途中で終わっています。' },
  endInObject: {
    en: 'it ends inside an object that is not closed.',
    ja: '閉じていないオブジェクトの途中で終わっています。',
  },
  endInArray: { en: 'it ends inside a list that is not closed.', ja: '閉じていない配列の途中で終わっています。' },
  endInNumber: { en: 'it ends inside a number.', ja: '数値の途中で終わっています。' },
  endInValue: { en: 'it ends where a value must stand.', ja: '値が必要な所で終わっています。' },
} as const satisfies Record<string, Localised>;

export type JsonReason = keyof typeof jsonReasons;
