/** The rows in sight, whatever the number of rows, and the pages that are asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PagedRows, pageSize } from '../../../webviews/dataset/pagedRows.ts';
import { rowWindow, scrollHeight, scrollTopFor, tallest } from '../../../webviews/dataset/rowWindow.ts';

const height = 28;

test('rows fill the viewport at every place of the scroll bar', () => {
  const place = fc.record({
    rows: fc.integer({ min: 0, max: 20_000_000 }),
    viewport: fc.integer({ min: 40, max: 2000 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(place, ({ rows, viewport, share }) => {
      const area = scrollHeight(rows, height);
      assert.ok(area <= tallest);
      const scrollTop = share * Math.max(0, area - viewport);
      const { first, count, top } = rowWindow(scrollTop, viewport, rows, height);
      assert.ok(first >= 0 && first + count <= rows && count <= viewport / height + 4);
      // Nothing is blank: the drawn rows reach over the viewport, or begin and end where the data does.
      assert.ok(first === 0 || top <= scrollTop + 0.01);
      assert.ok(first + count === rows || top + count * height >= scrollTop + viewport - 0.01);
    }),
  );
});

test('the last row is reached at the end of the scroll bar', () => {
  for (const rows of [1, 100, 285_714, 1_000_000, 20_000_000]) {
    const { first, count, top } = rowWindow(scrollHeight(rows, height), 500, rows, height);
    assert.equal(first + count, rows);
    assert.ok(Math.abs(top + count * height - scrollHeight(rows, height)) < 1);
  }
});

test('a row is scrolled into sight, and one that is seen stays where it is', () => {
  const anyRow = fc.record({ row: fc.integer({ min: 0, max: 999_999 }), from: fc.integer({ min: 0, max: tallest }) });
  fc.assert(
    fc.property(anyRow, ({ row, from }) => {
      const scrollTop = scrollTopFor(row, from, 560, 1_000_000, height);
      const { first, count } = rowWindow(scrollTop, 560, 1_000_000, height);
      assert.ok(row >= first && row < first + count);
      assert.equal(scrollTopFor(row, scrollTop, 560, 1_000_000, height).toFixed(3), scrollTop.toFixed(3));
    }),
  );
});

test('pages are asked for once, kept for a while, and asked again after a failure', () => {
  const asked: number[] = [];
  const pages = new PagedRows<number>((offset, limit) => {
    assert.equal(limit, pageSize);
    asked.push(offset);
  });
  pages.need(95, 10);
  pages.need(90, 20);
  assert.deepEqual(asked, [0, 100]);
  assert.equal(pages.at(99), undefined);
  pages.put(
    0,
    Array.from({ length: pageSize }, (_, index) => index),
  );
  assert.equal(pages.at(99), 99);
  pages.forgetAsked();
  pages.need(0, 200);
  assert.deepEqual(asked, [0, 100, 100]);
  for (let page = 2; page < 60; page++) pages.need(page * pageSize, 1);
  assert.equal(pages.at(99), undefined);
  pages.need(0, 1);
  assert.equal(asked.at(-1), 0);
});
