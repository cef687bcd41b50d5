import { plainText } from '../l10n/plainText.ts';

/** The codes that `style.ts` writes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that starts a terminal's colour code is what is looked for.
const ownColour = /(\x1b\[(?:1|2|22|3[1-5]|39)m)/;

/**
 * One line for a terminal. Names, file contents and answers of models may hold codes that move its cursor, write into
 * its title or turn the direction of writing; only our own colours get through.
 */
export function safeLine(line: string): string {
  return line
    .split(ownColour)
    .map((part, index) => (index % 2 === 1 ? part : plainText(part)))
    .join('');
}

/** The same of a text with several lines. */
export function safeLines(text: string): string {
  return text.split(/\r?\n/).map(safeLine).join('\n');
}
