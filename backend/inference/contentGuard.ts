/**
 * Keeps the words of a message from being read as the model's control tokens. A message may say `<|im_end|>`; the
 * template, too, and only there it ends a turn. A marker is put into the content so that no control token can be found
 * in it, the template is rendered (its trimming and searching work as before), control tokens are looked for, and the
 * markers are taken out again before the text is turned into tokens.
 */
export interface ContentGuard {
  /** A string that is in none of these texts, nor can come about by putting it into them. */
  markerFor(contents: readonly string[]): string;
  protect(content: string, marker: string): string;
  /**
   * The same for every text in a tool or a call. Names and keys are what templates compare and write down; they stay as
   * they are where no control token could begin in them.
   */
  protectAll<T>(value: T, marker: string): T;
}

/** From the private use area, so that no template treats it as white space. */
const markerUnit = '\uE000';

/**
 * `literals` are what the template may look for in a message (`</think>`): these stay whole, unless they are part of a
 * control token or it of them.
 */
export function createContentGuard(controlTexts: readonly string[], literals: readonly string[]): ContentGuard {
  const firsts = new Set(controlTexts.map((text) => text[0]));
  const later = new Set(controlTexts.flatMap((text) => text.slice(1).split('')));
  const earlier = new Set(controlTexts.flatMap((text) => text.slice(0, -1).split('')));
  const lookedFor = literals.filter(
    (literal) =>
      literal.length > 1 &&
      firsts.has(literal[0]) &&
      !controlTexts.some((text) => literal.includes(text) || text.startsWith(literal)),
  );
  const own = longestRun([...controlTexts, ...literals]);

  /** A marker behind every letter that a control token begins with. */
  const inside = (text: string, marker: string): string => {
    let inner = '';
    for (let index = 0; index < text.length; index++) {
      inner += text[index];
      const begins = firsts.has(text[index]) && index + 1 < text.length;
      if (begins && !lookedFor.some((literal) => text.startsWith(literal, index))) inner += marker;
    }
    return inner;
  };
  const protectAll = (value: unknown, marker: string): unknown => {
    if (typeof value === 'string')
      return [...firsts].some((first) => value.includes(first!)) ? inside(value, marker) : value;
    if (Array.isArray(value)) return value.map((each) => protectAll(each, marker));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, protectAll(each, marker)]));
  };

  return {
    // Longer than every run of the same unit, it stays recognisable whatever stands beside it.
    markerFor: (contents) => markerUnit.repeat(Math.max(own, longestRun(contents)) + 1),
    protectAll: <T>(value: T, marker: string) => protectAll(value, marker) as T,
    protect(content, marker) {
      const start = content.length - content.trimStart().length;
      const end = content.trimEnd().length;
      if (start >= end) return content;
      const inner = inside(content.slice(start, end), marker);
      // The template's own text and the content must not make up a control token together either.
      const before = later.has(content[start] ?? '') ? marker : '';
      const after = earlier.has(content[end - 1] ?? '') ? marker : '';
      return content.slice(0, start) + before + inner + after + content.slice(end);
    },
  };
}

function longestRun(texts: readonly string[]): number {
  let longest = 0;
  for (const text of texts) {
    for (const [run] of text.matchAll(/\uE000+/g)) longest = Math.max(longest, run.length);
  }
  return longest;
}
