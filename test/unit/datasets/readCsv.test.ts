import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { readCsv } from '../../../backend/datasets/formats/readCsv.ts';
import type { RowSink } from '../../../backend/datasets/rowSink.ts';
import { TextFile } from '../../../backend/datasets/text/textFile.ts';
import { TextWindow } from '../../../backend/datasets/text/textWindow.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';

async function records(path: string): Promise<unknown[]> {
  const rows: unknown[] = [];
  const sink: RowSink = {
    row: (value) => rows.push(value),
    problem: ({ code }, { line, column }) => assert.fail(`${path}: ${code} at ${line}:${column}`),
    refuse: ({ code }) => assert.fail(code),
    due: false,
    rest: async () => {},
  };
  await using handle = await open(path);
  await readCsv(new TextWindow(new TextFile(handle, 'utf-8', 0), async () => {}), sink, () => {});
  return rows;
}

/** Reads the table back that was written with these separators. */
async function check(
  context: TestContext,
  table: readonly string[][],
  delimiter: string,
  lineEnd: string,
): Promise<void> {
  const quoted = (field: string) =>
    /[",;\t\r\n]/.test(field) || field === '' ? `"${field.replaceAll('"', '""')}"` : field;
  const header = table[0]!.map((_, column) => `column ${column}`);
  const path = join(tempDir(context), 'table.csv');
  writeFileSync(path, [header, ...table].map((row) => row.map(quoted).join(delimiter) + lineEnd).join(''));
  const expected = table.map((row) => Object.fromEntries(row.map((field, column) => [header[column]!, field])));
  assert.deepEqual(await records(path), expected);
}

/** Its JSON has another telephone number than its CSV, and no list around the row. */
const corrected: Record<string, unknown> = {
  'location_coordinates.csv': [
    {
      'Contact Phone Number': '2095257564',
      'Location Coordinates': `37\ufffd36'37.8"N 121\ufffd2'17.9"W`,
      Cities: 'Modesto',
      Counties: 'Stanislaus',
    },
  ],
};

test('csv-spectrum', async (context) => {
  const folder = testData('dirty/csv-spectrum');
  if (folder === null) return context.skip();
  const names = readdirSync(join(folder, 'csvs'));
  assert.equal(names.length, 12);
  for (const name of names) {
    const expected: unknown = JSON.parse(readFileSync(join(folder, 'json', name.replace('.csv', '.json')), 'utf8'));
    const content = readFileSync(join(folder, 'csvs', name), 'utf8');
    const path = join(tempDir(context), name);
    // Git made \n of the line ends that these files are about.
    writeFileSync(path, name.endsWith('_crlf.csv') ? content.replace(/\r?\n/g, '\r\n') : content);
    assert.deepEqual(await records(path), corrected[name] ?? expected, name);
  }
});

describe('tables that were written are read back', () => {
  const field = fc.string({ unit: fc.constantFrom(...'ab日😀 ",;\t\r\n') });
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    );
  for (const delimiter of [',', ';', '\t']) {
    for (const lineEnd of ['\n', '\r\n', '\r']) {
      test(JSON.stringify([delimiter, lineEnd]), async (context) => {
        const property = fc.asyncProperty(table, (rows) => check(context, rows, delimiter, lineEnd));
        await fc.assert(property, { numRuns: 40 });
      });
    }
  }
});

test('fields across the borders of what is read at once', async (context) => {
  const field = 'x"\n日'.repeat(500);
  await check(
    context,
    Array.from({ length: 400 }, (_, row) => [field, String(row), '', field]),
    ',',
    '\r\n',
  );
});
