import { element } from '../shared/element.ts';
import { diffWords } from './diffWords.ts';

interface Piece {
  readonly node: Text;
  readonly text: string;
  readonly word: boolean;
}

/** Share of the longer answer's words that the other one must have, too. */
const leastAlike = 0.4;

/** Marks in two rendered answers the words that only one of them has. */
export function markDifferences(first: HTMLElement, second: HTMLElement, language: string): void {
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
  const sides = [piecesOf(first, segmenter), piecesOf(second, segmenter)] as const;
  const words = sides.map((pieces) => pieces.filter(({ word }) => word).map(({ text }) => text.toLowerCase()));
  const only = diffWords(words[0]!, words[1]!);
  const alike = only[0].filter((different) => !different).length;
  // Answers with little in common are simply two answers; every word marked would tell nothing.
  if (alike < leastAlike * Math.max(words[0]!.length, words[1]!.length)) return;
  for (const [side, pieces] of sides.entries()) mark(pieces, only[side]!);
}

function piecesOf(root: HTMLElement, segmenter: Intl.Segmenter): Piece[] {
  const pieces: Piece[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    for (const { segment, isWordLike } of segmenter.segment((node as Text).data)) {
      pieces.push({ node: node as Text, text: segment, word: isWordLike === true });
    }
  }
  return pieces;
}

function mark(pieces: readonly Piece[], only: readonly boolean[]): void {
  const byNode = Map.groupBy(pieces, ({ node }) => node);
  let word = 0;
  for (const [node, own] of byNode) {
    const parts = own.map(({ text, word: isWord }) => (isWord && only[word++] ? element('mark', {}, text) : text));
    node.replaceWith(...parts);
  }
}
