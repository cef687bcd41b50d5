import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { tokenFiles } from '../../../backend/engines/tokenFileWriter.ts';
import { openTokenFile } from '../../../native/train/tokenFile.ts';
import { tempDir } from '../../support/tempDir.ts';

const row = fc
  .array(fc.tuple(fc.nat(1000), fc.boolean()), { minLength: 2, maxLength: 40 })
  .map((items) => ({ tokens: items.map(([token]) => token), answer: items.map(([, answer]) => answer) }));

test('what the backend writes, the engine reads', async (t) => {
  const directory = tempDir(t);
  let number = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 30 }), async (rows) => {
      const path = join(directory, `${number++}.tokens`);
      await using writer = tokenFiles.create(path);
      for (const one of rows) writer.add(one);
      assert.equal(await writer.finish(), `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`);
      assert.equal(writer.rows, rows.length);
      assert.equal(writer.longestRow, Math.max(...rows.map(({ tokens }) => tokens.length)));
      using file = openTokenFile(path, 1001);
      assert.equal(file.rows, rows.length);
      rows.forEach((expected, index) => {
        const read = file.row(index);
        assert.deepEqual([...read.tokens], expected.tokens);
        assert.deepEqual([...read.answer], expected.answer.map(Number));
      });
    }),
    { numRuns: 30 },
  );
});

test('rows beyond the buffers come through whole, and nothing is left beside the file', async (t) => {
  const directory = tempDir(t);
  const path = join(directory, 'large.tokens');
  {
    await using writer = tokenFiles.create(path);
    for (let i = 0; i < 60; i++) {
      const tokens = Array.from({ length: 5000 }, (_, place) => (i * 31 + place) % 999);
      writer.add({ tokens, answer: tokens.map((token) => token % 2 === 0) });
    }
    assert.deepEqual(
      readdirSync(directory).filter((name) => name === 'large.tokens'),
      [],
    );
    await writer.finish();
  }
  assert.deepEqual(readdirSync(directory), ['large.tokens']);
  using file = openTokenFile(path, 999);
  for (const i of [0, 26, 59]) assert.equal(file.row(i).tokens[4999], (i * 31 + 4999) % 999);
});
