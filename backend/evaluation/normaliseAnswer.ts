/**
 * An answer as it is compared: two answers are the same where they differ only in width (NFKC: "１２" is "12"), in upper
 * and lower case, in white space, or in the punctuation around them. Nothing else: "12 km" is not "12", and words in
 * between count.
 */
export function normaliseAnswer(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded
    .replace(/\s+/gu, ' ')
    .replace(/^[\s\p{P}]+/u, '')
    .replace(/[\s\p{P}]+$/u, '');
}

export function sameAnswer(given: string, expected: string): boolean {
  const normal = normaliseAnswer(expected);
  // What is nothing but punctuation must not be taken for every other such answer, nor for silence.
  if (normal === '') return given.normalize('NFKC').trim() === expected.normalize('NFKC').trim();
  return normaliseAnswer(given) === normal;
}
