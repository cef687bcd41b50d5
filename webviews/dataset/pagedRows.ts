export const pageSize = 100;
/** Pages that are kept: what was seen last stays at hand, and memory stays small however far a person scrolls. */
const keptPages = 30;

/** Rows that come page by page. Asks for each page once; a new question forgets them all. */
export class PagedRows<Row> {
  readonly #ask: (offset: number, limit: number) => void;
  readonly #pages = new Map<number, readonly Row[] | 'asked'>();

  constructor(ask: (offset: number, limit: number) => void) {
    this.#ask = ask;
  }

  clear(): void {
    this.#pages.clear();
  }

  /** Undefined where it has not come yet. */
  at(index: number): Row | undefined {
    const page = this.#pages.get(Math.floor(index / pageSize));
    return page === undefined || page === 'asked' ? undefined : page[index % pageSize];
  }

  /** Where a row stands that has come; -1 where none fits. */
  placeOf(fits: (row: Row) => boolean): number {
    for (const [number, page] of this.#pages) {
      const at = page === 'asked' ? -1 : page.findIndex(fits);
      if (at >= 0) return number * pageSize + at;
    }
    return -1;
  }

  /** Sees to it that these rows are there or on their way. */
  need(first: number, count: number): void {
    const last = Math.floor((first + Math.max(1, count) - 1) / pageSize);
    for (let number = Math.floor(first / pageSize); number <= last; number++) {
      const page = this.#pages.get(number);
      // What was needed last is the last to be let go.
      this.#pages.delete(number);
      this.#pages.set(number, page ?? 'asked');
      if (page === undefined) this.#ask(number * pageSize, pageSize);
    }
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= keptPages) break;
      this.#pages.delete(old);
    }
  }

  put(offset: number, rows: readonly Row[]): void {
    this.#pages.set(offset / pageSize, rows);
  }

  /** After a failure: what did not come is asked for again when it is needed. */
  forgetAsked(): void {
    for (const [number, page] of this.#pages) if (page === 'asked') this.#pages.delete(number);
  }
}
