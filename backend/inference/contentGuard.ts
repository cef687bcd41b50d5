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

  return {
    // Longer than every run of the same unit, it stays recognisable whatever stands beside it.
    markerFor: (contents) => markerUnit.repeat(Math.max(own, longestRun(contents)) + 1),
    protect(content, marker) {
      const start = content.length - content.trimStart().length;
      const end = content.trimEnd().length;
      if (start >= end) return content;
      let inner = '';
      for (let index = start; index < end; index++) {
        inner += content[index];
        const begins = firsts.has(content[index]) && index + 1 < end;
        if (begins && !lookedFor.some((literal) => content.startsWith(literal, index))) inner += marker;
      }
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
