import type { LlamaModel, Token } from 'node-llama-cpp';

export interface TokenText {
  readonly text: string;
  readonly control: boolean;
}

/** A character has at most four bytes, and a token at least one. */
const mostParts = 4;
/** Tokens before one, which decide whether its leading space is told. */
const before = 4;

/** The text of each token. A character that several tokens spell together is the text of the first of them. */
export function tokenTexts(model: LlamaModel, ids: readonly number[]): TokenText[] {
  const tokens = ids as readonly Token[];
  const texts: TokenText[] = [];
  while (texts.length < tokens.length) {
    const start = texts.length;
    const told = (count: number): string =>
      model.detokenize(tokens.slice(start, start + count), true, tokens.slice(Math.max(0, start - before), start));
    let parts = 1;
    while (parts < mostParts && start + parts < tokens.length && told(parts).includes('\ufffd')) parts++;
    const text = told(parts);
    // What stays broken is no part of a character at all.
    const taken = text.includes('\ufffd') ? 1 : parts;
    texts.push({ text: taken === 1 ? told(1) : text, control: model.getTokenAttributes(tokens[start]!).control });
    for (let part = 1; part < taken; part++) texts.push({ text: '', control: false });
  }
  return texts;
}
