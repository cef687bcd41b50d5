/** How many columns of a terminal a text takes: East Asian wide characters take two, combining marks none. */

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Wide and Fullwidth of Unicode's EastAsianWidth, by script, and emoji. https://www.unicode.org/reports/tr11/ */
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u1100-\u115f\u3000-\u303e\u3041-\u33ff\ua000-\ua4cf\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that starts a terminal's colour code is what is looked for.
const colour = /\x1b\[[0-9;]*m/g;

export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text.replace(colour, ''))) width += graphemeWidth(segment);
  return width;
}

/** Fills up with spaces to the width, on the right or on the left; a longer text stays as it is. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)));
  return side === 'left' ? text + space : space + text;
}

/** Cuts to the width, with an ellipsis where something was cut. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (used + graphemeWidth(segment) > width - 1) break;
    cut += segment;
    used += graphemeWidth(segment);
  }
  return `${cut}…`;
}

/** Lines of at most the width, broken at spaces, and between any two wide characters, as Japanese is. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r?\n/)) {
    let line = '';
    let used = 0;
    for (const piece of pieces(paragraph)) {
      const size = textWidth(piece);
      if (used + textWidth(piece.trimEnd()) > width && line !== '') {
        lines.push(line.trimEnd());
        line = '';
        used = 0;
      }
      for (const part of size > width ? [...segmenter.segment(piece)].map(({ segment }) => segment) : [piece]) {
        if (used + textWidth(part.trimEnd()) > width && line !== '') {
          lines.push(line.trimEnd());
          line = '';
          used = 0;
        }
        line += part;
        used += textWidth(part);
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** Words with the space after them; a wide character is a piece of its own. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let word = '';
  for (const { segment } of segmenter.segment(text)) {
    if (graphemeWidth(segment) === 2) {
      if (word !== '') found.push(word);
      word = '';
      found.push(segment);
    } else if (segment === ' ') {
      found.push(`${word} `);
      word = '';
    } else {
      word += segment;
    }
  }
  if (word !== '') found.push(word);
  return found;
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\p{Cc}\p{Cf}]/u.test(grapheme)) return 0;
  if (/^[\uff61-\uffdc\uffe8-\uffee]/.test(grapheme)) return 1;
  return wide.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1;
}
