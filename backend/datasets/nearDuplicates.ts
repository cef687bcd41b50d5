import type { DatasetRow } from '../contract/dataset.ts';
import { messageText } from './messageText.ts';
import { normalise } from './rowKey.ts';

/** Characters of a shingle: long enough to be rare, short enough to survive a changed word. */
const shingle = 5;
/** Further text of a long row does not change what it is about. */
const mostText = 4000;
const bins = 32;
const bandBins = 4;
/** Of 32 values that two rows share this many are the same: their texts share some 70 % of their shingles or more. */
const nearEnough = 22;
/** Rows of one bucket that a row is compared with. */
const mostCompared = 24;

/**
 * Finds rows that say nearly the same: those that ask the very same, and those whose texts have most of their five
 * letter shingles in common. MinHash by one permutation, with buckets of four values.
 * P. Li, A. Owen, C.-H. Zhang, "One Permutation Hashing", NIPS 2012. 76 bytes a row.
 */
export class NearDuplicates {
  readonly #signatures: Uint16Array;
  readonly #texts: Float64Array;
  readonly #parent: Int32Array;
  readonly #firstAsking = new Map<number, number>();
  readonly #minima = new Int32Array(bins);
  #rows = 0;

  constructor(rows: number) {
    this.#signatures = new Uint16Array(rows * bins);
    this.#texts = new Float64Array(rows);
    this.#parent = Int32Array.from({ length: rows }, (_, at) => at);
  }

  add({ messages }: DatasetRow): void {
    const at = this.#rows++;
    const said = messages.filter(({ role }) => role !== 'system');
    const text = normalise(said.map(messageText).join('\n'));
    const asked = normalise(
      said
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content)
        .join('\n'),
    );
    this.#texts[at] = wholeHash(text, 0);
    this.#sign(at, text.slice(0, mostText));
    const question = wholeHash(asked, 1);
    const first = this.#firstAsking.get(question);
    if (first === undefined) this.#firstAsking.set(question, at);
    else this.#unite(at, first);
  }

  /** Puts rows into groups: for each row the first row of its group. `rest` is awaited between the steps. */
  async groups(rest: () => Promise<void>): Promise<Int32Array> {
    for (let band = 0; band < bins; band += bandBins) {
      await this.#uniteBand(band, rest);
    }
    return this.#parent.map((_, at) => this.#root(at));
  }

  /** A number made of seed and content: what is drawn by it does not depend on where a row stands. */
  draw(at: number, seed: number): number {
    return wholeHash(`${seed}/${this.#texts[at]}`, 2);
  }

  #sign(at: number, text: string): void {
    const minima = this.#minima.fill(-1);
    const last = Math.max(0, text.length - shingle);
    for (let start = 0; start <= last; start++) {
      let hash = 0x811c9dc5;
      const end = Math.min(text.length, start + shingle);
      for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
      hash = mix(hash);
      const bin = hash >>> 27;
      const value = hash & 0x7ffffff;
      if (minima[bin]! < 0 || value < minima[bin]!) minima[bin] = value;
    }
    for (let bin = 0; bin < bins; bin++) {
      let from = bin;
      // An empty bin takes the value of the next one that has any, as it would be in the other row too.
      while (minima[from]! < 0) from = (from + 1) % bins;
      this.#signatures[at * bins + bin] = mix(minima[from]! + ((from - bin + bins) % bins)) >>> 16;
    }
  }

  async #uniteBand(band: number, rest: () => Promise<void>): Promise<void> {
    const size = 2 ** Math.ceil(Math.log2(Math.max(2, this.#rows * 2)));
    const heads = new Int32Array(size).fill(-1);
    const next = new Int32Array(this.#rows).fill(-1);
    for (let at = 0; at < this.#rows; at++) {
      if ((at & 0x3fff) === 0x3fff) await rest();
      let slot = this.#bandHash(at, band) & (size - 1);
      while (heads[slot]! >= 0 && !this.#sameBand(heads[slot]!, at, band)) slot = (slot + 1) & (size - 1);
      let compared = 0;
      for (let other = heads[slot]!; other >= 0 && compared < mostCompared; other = next[other]!) {
        compared++;
        if (this.#root(other) === this.#root(at) || !this.#isNear(other, at)) continue;
        this.#unite(at, other);
        break;
      }
      next[at] = heads[slot]!;
      heads[slot] = at;
    }
  }

  #bandHash(at: number, band: number): number {
    let hash = 0x811c9dc5;
    for (let bin = band; bin < band + bandBins; bin++) {
      hash = Math.imul(hash ^ this.#signatures[at * bins + bin]!, 0x01000193);
    }
    return mix(hash);
  }

  #sameBand(a: number, b: number, band: number): boolean {
    for (let bin = band; bin < band + bandBins; bin++) {
      if (this.#signatures[a * bins + bin] !== this.#signatures[b * bins + bin]) return false;
    }
    return true;
  }

  #isNear(a: number, b: number): boolean {
    let same = 0;
    for (let bin = 0; bin < bins; bin++) {
      if (this.#signatures[a * bins + bin] === this.#signatures[b * bins + bin]) same++;
    }
    return same >= nearEnough;
  }

  #root(at: number): number {
    let root = at;
    while (this.#parent[root] !== root) {
      this.#parent[root] = this.#parent[this.#parent[root]!]!;
      root = this.#parent[root]!;
    }
    return root;
  }

  #unite(a: number, b: number): void {
    const [low, high] = [this.#root(a), this.#root(b)].sort((x, y) => x - y) as [number, number];
    this.#parent[high] = low;
  }
}

/** Of all of a text, 53 bits. */
function wholeHash(text: string, kind: number): number {
  let low = 0x811c9dc5 ^ kind;
  let high = 0x9e3779b9 ^ kind;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x85ebca6b);
  }
  return (mix(high) >>> 11) * 2 ** 32 + (mix(low) >>> 0);
}

/** The finaliser of MurmurHash3. https://github.com/aappleby/smhasher */
function mix(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
