/** A model's vocabulary, with control tokens taken from the template's text only. */

import { type LlamaModel, LlamaVocabularyType, type Token } from 'node-llama-cpp';
import { TataraError } from '../contract/errors.ts';

/** What a text stands behind: it decides about the space that sentence-piece puts before a first word. */
export interface TextState {
  readonly afterControl: boolean;
  /** The control token before it swallows the white space that follows. */
  readonly swallowing: boolean;
}

export interface Vocabulary {
  readonly bos: number | null;
  /** The token that ends an answer where the template has none. */
  readonly end: number | null;
  readonly bosText: string;
  readonly eosText: string;
  /** Whether the model wants `bos` before everything. */
  readonly prependBos: boolean;
  readonly controlTexts: readonly string[];
  /** Control tokens in a text, from the left. */
  findControls(text: string): { readonly start: number; readonly end: number; readonly ends: boolean }[];
  /**
   * Tokens of a text with markers in it. Control tokens are taken where they stand in the text with the markers, words
   * from the text without them. The same tokens as llama.cpp's own for the whole text where no message says a control token.
   */
  tokenize(text: string, marker: string, state: TextState): { readonly tokens: number[]; readonly state: TextState };
}

export const atStart: TextState = { afterControl: true, swallowing: false };

interface Control {
  readonly token: Token;
  readonly text: string;
  readonly swallowsBefore: boolean;
  readonly swallowsAfter: boolean;
}

export function readVocabulary(model: LlamaModel): Vocabulary {
  const controls = controlsOf(model);
  const byText = new Map(controls.map((control) => [control.text, control]));
  const pattern = alternatives([...byText.keys()]);
  const { bos, eos, eot } = model.tokens;
  const prefixed = model.vocabularyType === LlamaVocabularyType.spm || model.vocabularyType === LlamaVocabularyType.ugm;

  // Sentence-piece puts a space before the first word of a text. In the middle of a text that space is wrong; a byte
  // that is never part of a longer piece takes it away.
  const anchor = '\u0001';
  const characters = prefixed ? onlyCharacters(model) : null;
  const anchorTokens = prefixed && (!characters || characters.has(anchor)) ? model.tokenize(anchor, false) : [];
  const words = (text: string, afterControl: boolean): Token[] => {
    if (text === '') return [];
    if (characters) refuseOthers(text, characters);
    if (afterControl || !prefixed) return model.tokenize(text, false);
    if (anchorTokens.length === 0) return model.tokenize(text, false);
    const tokens = model.tokenize(anchor + text, false);
    const kept = anchorTokens.every((token, index) => tokens[index] === token);
    return kept ? tokens.slice(anchorTokens.length) : model.tokenize(text, false);
  };

  const find = (text: string) => {
    if (!pattern) return [];
    return [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      control: byText.get(match[0])!,
    }));
  };

  return {
    bos,
    end: eos ?? eot,
    bosText: model.tokens.bosString ?? '',
    eosText: model.tokens.eosString ?? '',
    prependBos: bos !== null && model.tokens.shouldPrependBosToken,
    controlTexts: [...byText.keys()],
    findControls: (text) =>
      find(text).map(({ start, end, control }) => ({ start, end, ends: model.isEogToken(control.token) })),
    tokenize(text, marker, { afterControl, swallowing }) {
      const tokens: Token[] = [];
      const raw = (part: string, swallowEnd: boolean): void => {
        let plain = part.replaceAll(marker, '');
        if (swallowing) plain = plain.replace(leadingSpace, '');
        if (swallowEnd) plain = plain.replace(trailingSpace, '');
        if (plain === '') return;
        tokens.push(...words(plain, afterControl));
        afterControl = false;
        swallowing = false;
      };
      let done = 0;
      for (const { start, end, control } of find(text)) {
        raw(text.slice(done, start), control.swallowsBefore);
        tokens.push(control.token);
        afterControl = true;
        swallowing = control.swallowsAfter;
        done = end;
      }
      raw(text.slice(done), false);
      return { tokens, state: { afterControl, swallowing } };
    },
  };
}

// C's isspace, as llama.cpp has it.
const leadingSpace = /^[ \t\n\v\f\r]+/;
const trailingSpace = /[ \t\n\v\f\r]+$/;

/** Those that llama.cpp finds in a text only when it is told to read special tokens. */
function controlsOf(model: LlamaModel): Control[] {
  const found: Control[] = [];
  for (const token of model.iterateAllTokens()) {
    const attributes = model.getTokenAttributes(token);
    if (!attributes.control && !attributes.unknown) continue;
    const text = model.detokenize([token], true);
    // A single character cannot be kept apart from the same character in a message.
    if (text.length < 2) continue;
    found.push({ token, text, swallowsBefore: attributes.lstrip, swallowsAfter: attributes.rstrip });
  }
  return found;
}

/**
 * The characters that a text may have where the vocabulary has no bytes to spell others with; null where it has them.
 * llama.cpp ends the whole process over a character that it cannot spell (an uncaught std::out_of_range), so such a text
 * must never reach it.
 */
function onlyCharacters(model: LlamaModel): ReadonlySet<string> | null {
  const characters = new Set<string>([' ']);
  for (const token of model.iterateAllTokens()) {
    if (model.getTokenAttributes(token).byte) return null;
    const text = model.detokenize([token], true);
    if ([...text].length === 1) characters.add(text);
  }
  return characters;
}

/** @throws TataraError `character_unknown` */
function refuseOthers(text: string, characters: ReadonlySet<string>): void {
  for (const character of text) {
    if (!characters.has(character)) throw new TataraError('character_unknown', { character });
  }
}

/** The longest first: of two that begin alike, the longer one is meant. */
function alternatives(texts: readonly string[]): RegExp | null {
  if (texts.length === 0) return null;
  const escaped = texts
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('|'), 'g');
}
