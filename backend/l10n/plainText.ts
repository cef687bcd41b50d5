/** Texts that somebody else wrote, made harmless to show: on one line, without anything that acts or hides. */

/**
 * Controls (the escape of terminals among them), what turns the direction of writing, and what is not seen at all.
 * Joiners stay: emoji and Indic scripts need them.
 */
const acting = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}]/gu;
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Breaks become spaces, and what cannot be shown U+FFFD, so that it is seen that something was there. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(breaks, ' ').replace(acting, '\ufffd');
}

/** The same to stand among other words: writing from right to left does not reach what comes before and after it. */
export function plainName(text: string): string {
  const plain = plainText(text);
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}

/** Plain text as Markdown that shows just this text: no link, no picture, no command, no HTML. */
export function markdownText(text: string): string {
  return plainName(text).replace(/[!-/:-@[-`{-~]/g, (mark) =>
    mark === '&' ? '&amp;' : mark === '<' ? '&lt;' : `\\${mark}`,
  );
}
