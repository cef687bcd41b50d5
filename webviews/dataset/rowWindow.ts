export interface RowWindow {
  /** The first row that is drawn, and how many are. */
  readonly first: number;
  readonly count: number;
  /** Where the first drawn row stands in the scrolled area, px. */
  readonly top: number;
}

/** Browsers cut elements off at some 33 million px; well below that, rows and scrolling are scaled to each other. */
export const tallest = 8_000_000;

/** Height of the scrolled area, px. */
export function scrollHeight(rows: number, rowHeight: number): number {
  return Math.min(rows * rowHeight, tallest);
}

/** Which rows are seen when the area is scrolled down by `scrollTop`, with a row more at either end. */
export function rowWindow(scrollTop: number, viewport: number, rows: number, rowHeight: number): RowWindow {
  const whole = rows * rowHeight;
  const area = scrollHeight(rows, rowHeight);
  const room = Math.max(0, area - viewport);
  const scrolled = Math.min(Math.max(0, scrollTop), room);
  // Where rows and area are equally high this is `scrolled` itself.
  const into = room === 0 ? 0 : (scrolled / room) * Math.max(0, whole - viewport);
  const first = Math.max(0, Math.floor(into / rowHeight) - 1);
  const last = Math.min(rows, Math.ceil((into + viewport) / rowHeight) + 1);
  return { first, count: Math.max(0, last - first), top: scrolled - into + first * rowHeight };
}

/** How far to scroll so that a row is seen whole; unchanged where it is. */
export function scrollTopFor(
  row: number,
  scrollTop: number,
  viewport: number,
  rows: number,
  rowHeight: number,
): number {
  const room = Math.max(0, scrollHeight(rows, rowHeight) - viewport);
  const wholeRoom = Math.max(0, rows * rowHeight - viewport);
  if (room === 0 || wholeRoom === 0) return 0;
  const into = (Math.min(scrollTop, room) / room) * wholeRoom;
  const wanted = Math.min(Math.max(into, (row + 1) * rowHeight - viewport), row * rowHeight);
  return wanted === into ? scrollTop : (Math.min(Math.max(0, wanted), wholeRoom) / wholeRoom) * room;
}
