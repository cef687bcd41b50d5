/**
 * A byte-level BPE tokenizer (Sennrich et al. 2016, arXiv 1508.07909; bytes as in GPT-2, Radford et al. 2019): learning
 * one from text, and encoding as llama.cpp does with `tokenizer.ggml.model` = `gpt2` and `tokenizer.ggml.pre` = `gpt-2`.
 */
export interface Vocabulary {
  /** By id: the special tokens, the 256 bytes, then one token for each merge. In GPT-2's alphabet of printable bytes. */
  readonly tokens: readonly string[];
  /** `left right`, most important first. */
  readonly merges: readonly string[];
  readonly special: readonly string[];
}

/** How llama.cpp cuts text before it merges, by the setting `gpt-2`. */
const words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * How this trainer cuts words once more. No merge reaches over such a place, so encoding needs not know of it: a name has
 * the same tokens before Japanese letters as before a space.
 */
const scripts =
  /'\p{Script=Latin}+| ?\p{Script=Latin}+| ?\p{Script=Han}+| ?\p{Script=Hiragana}+| ?[\p{Script=Katakana}ー]+| ?[^\p{L}]+|[\s\S]/gu;

/** Learns a vocabulary of `size` tokens from texts; special tokens take the first ids and take part in no merge. */
export function learnVocabulary(texts: Iterable<string>, size: number, special: readonly string[]): Vocabulary {
  const pieces = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(words)) {
      for (const [piece] of word.matchAll(scripts)) pieces.set(piece, (pieces.get(piece) ?? 0) + 1);
    }
  }
  const entries = [...pieces].map(([piece, count]) => ({ symbols: symbolsOf(piece), count }));
  const tokens = [...special, ...byteSymbols];
  const known = new Set(tokens);
  const merges: string[] = [];
  while (tokens.length < size) {
    const counts = new Map<string, number>();
    for (const { symbols, count } of entries) {
      for (let i = 1; i < symbols.length; i++) {
        const pair = `${symbols[i - 1]} ${symbols[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + count);
      }
    }
    let best = '';
    let most = 1;
    for (const [pair, count] of counts) {
      if (count > most || (count === most && pair < best)) [best, most] = [pair, count];
    }
    if (best === '') break;
    const [left, right] = best.split(' ') as [string, string];
    merges.push(best);
    if (!known.has(left + right)) {
      known.add(left + right);
      tokens.push(left + right);
    }
    for (const { symbols } of entries) merge(symbols, left, right);
  }
  return { tokens, merges, special };
}

export interface Encoder {
  /** Special tokens in the text become their ids; nothing is added at the start or the end. */
  encode(text: string): number[];
  decode(ids: readonly number[]): string;
}

export function encoderOf({ tokens, merges, special }: Vocabulary): Encoder {
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const ranks = new Map(merges.map((pair, rank) => [pair, rank]));
  const atSpecial = new RegExp(`(${special.map((token) => token.replaceAll('|', '\\|')).join('|')})`);
  const cache = new Map<string, readonly number[]>();
  const encodeWord = (word: string): readonly number[] => {
    const known = cache.get(word);
    if (known) return known;
    const symbols = symbolsOf(word);
    for (;;) {
      let best: [string, string] | null = null;
      let bestRank = Number.POSITIVE_INFINITY;
      for (let i = 1; i < symbols.length; i++) {
        const rank = ranks.get(`${symbols[i - 1]} ${symbols[i]}`);
        if (rank !== undefined && rank < bestRank) {
          bestRank = rank;
          best = [symbols[i - 1]!, symbols[i]!];
        }
      }
      if (!best) break;
      merge(symbols, ...best);
    }
    const encoded = symbols.map((symbol) => ids.get(symbol)!);
    cache.set(word, encoded);
    return encoded;
  };
  return {
    encode: (text) =>
      text.split(atSpecial).flatMap((part) => {
        if (special.includes(part)) return ids.get(part)!;
        return [...part.matchAll(words)].flatMap(([word]) => encodeWord(word));
      }),
    decode: (list) =>
      Buffer.concat(
        list.map((id) => {
          const token = tokens[id]!;
          return special.includes(token) ? Buffer.from(token) : Buffer.from([...token].map((c) => byteOf.get(c)!));
        }),
      ).toString('utf8'),
  };
}

/** GPT-2's printable stand-in for each byte: itself where it is printable, else the next free character from 256 on. */
const byteSymbols = (() => {
  let free = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    return String.fromCodePoint(printable ? byte : free++);
  });
})();
const byteOf = new Map(byteSymbols.map((symbol, byte) => [symbol, byte]));

function symbolsOf(text: string): string[] {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => byteSymbols[byte]!);
}

/** Joins every `left` that is followed by `right`, from the left on. */
function merge(symbols: string[], left: string, right: string): void {
  let kept = 0;
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      symbols[kept++] = left + right;
      i++;
    } else symbols[kept++] = symbols[i]!;
  }
  symbols.length = kept;
}
