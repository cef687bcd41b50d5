import type { DatasetRow } from '../contract/dataset.ts';
import { messageText } from './messageText.ts';
import { keyText, normalisedMessages, numberKey } from './rowKey.ts';

/** What is kept of every row, in columns: a million rows take some 20 MB. */
export interface RowFacts {
  readonly rows: number;
  readonly messages: number;
  /** Of all messages of a row, in code points. */
  readonly characters: Uint32Array;
  /** Null where no model was asked; 0 where it could not read the row. */
  readonly tokens: Uint32Array | null;
  /** The first row that says the same, or -1. */
  readonly duplicateOf: Int32Array;
  readonly contradiction: Uint8Array;
  readonly echo: Uint8Array;
  readonly languages: { readonly en: number; readonly ja: number; readonly other: number };
}

/** Takes the rows of a data set one after the other. `countTokens` returns 0 for a row that the model cannot read. */
export class RowFactsCollector {
  readonly #characters: Uint32Array;
  readonly #tokens: Uint32Array | null;
  readonly #duplicateOf: Int32Array;
  readonly #contradiction: Uint8Array;
  readonly #echo: Uint8Array;
  readonly #languages = { en: 0, ja: 0, other: 0 };
  /** Only while rows are taken: keys of rows and of what is asked, by the first row that has them. */
  readonly #firstWithKey = new Map<number, number>();
  readonly #firstAsking = new Map<number, number>();
  readonly #answers: Float64Array;
  readonly #countTokens: ((row: DatasetRow) => number) | null;
  #rows = 0;
  #messages = 0;

  constructor(rows: number, countTokens: ((row: DatasetRow) => number) | null) {
    this.#characters = new Uint32Array(rows);
    this.#tokens = countTokens ? new Uint32Array(rows) : null;
    this.#duplicateOf = new Int32Array(rows).fill(-1);
    this.#contradiction = new Uint8Array(rows);
    this.#echo = new Uint8Array(rows);
    this.#answers = new Float64Array(rows);
    this.#countTokens = countTokens;
  }

  add(row: DatasetRow): void {
    const at = this.#rows++;
    this.#messages += row.messages.length;
    this.#characters[at] = charactersOf(row);
    if (this.#tokens && this.#countTokens) this.#tokens[at] = this.#countTokens(row);
    this.#languages[languageOf(row.messages.map(({ content }) => content).join('\n'))]++;

    const said = normalisedMessages(row);
    const key = numberKey(keyText(said, row.tools));
    const first = this.#firstWithKey.get(key);
    if (first === undefined) this.#firstWithKey.set(key, at);
    else this.#duplicateOf[at] = first;

    const answer = contentOf(said.at(-1));
    const question = said.slice(0, -1).findLast((message) => message.startsWith('user\u0000'));
    if (question !== undefined && contentOf(question) === answer) this.#echo[at] = 1;
    this.#answers[at] = numberKey(answer);
    const asked = numberKey(keyText(said.slice(0, -1), row.tools));
    const other = this.#firstAsking.get(asked);
    if (other === undefined) this.#firstAsking.set(asked, at);
    else if (this.#answers[other] !== this.#answers[at]) {
      this.#contradiction[at] = 1;
      this.#contradiction[other] = 1;
    }
  }

  finish(): RowFacts {
    return {
      rows: this.#rows,
      messages: this.#messages,
      characters: this.#characters,
      tokens: this.#tokens,
      duplicateOf: this.#duplicateOf,
      contradiction: this.#contradiction,
      echo: this.#echo,
      languages: this.#languages,
    };
  }
}

/** What a normalised message says, without its role. */
function contentOf(message = ''): string {
  return message.slice(message.indexOf('\u0000') + 1);
}

/** Of all that its messages say, in code points. */
export function charactersOf(row: DatasetRow): number {
  return row.messages.reduce((sum, message) => sum + codePoints(messageText(message)), 0);
}

function codePoints(text: string): number {
  let pairs = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) pairs++;
  return text.length - pairs;
}

const englishWords = /\b(?:the|is|are|of|and|to|in|how|what|why|when|can|you|my|for|it|a|do|does)\b/i;

/** By script, and of what is written in Latin letters by its commonest words. Nothing is claimed of a text without them. */
export function languageOf(text: string): 'en' | 'ja' | 'other' {
  if (/[\p{scx=Hiragana}\p{scx=Katakana}]/u.test(text) && /[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text)) return 'ja';
  const foreign = /[^\p{sc=Latin}\p{sc=Common}\p{sc=Inherited}]/u.test(text);
  return !foreign && !/[À-ɏ]/.test(text) && englishWords.test(text) ? 'en' : 'other';
}
