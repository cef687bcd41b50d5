/** Offset of the first surrogate without its other half, -1 where there is none. */
export function unpairedSurrogate(text: string): number {
  return text.isWellFormed() ? -1 : text.search(/\p{Surrogate}/u);
}
