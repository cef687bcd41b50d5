import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as z from 'zod';
import { textWidth } from '../../backend/cli/width.ts';
import { Run } from '../../backend/contract/run.ts';
import { jsonLines, startScript } from '../support/tatara.ts';
import { tempDir } from '../support/tempDir.ts';

test('the demo keeps its promise, shows it, and can be repeated', async (context) => {
  const home = join(tempDir(context), 'home');
  const first = await startScript('scripts/demo.ts', home, []).ended;
  assert.equal(first.code, 0, `${first.stdout}${first.stderr}`);
  assert.match(first.stdout, /Memory +█.*\n.*Time +about/);
  assert.match(first.stdout, /The promise is kept/);
  const adapter = /^Adapter +(.*\.gguf)$/m.exec(first.stdout)?.[1] ?? '';
  assert.ok(existsSync(adapter), adapter);
  assert.match(first.stdout, /chat \S+ --compare/);

  // Every question stands there with both answers, and the columns line up.
  const again = await startScript('scripts/demo.ts', home, ['--json']).ended;
  assert.equal(again.code, 0, again.stderr);
  const run = jsonLines(again.stdout)
    .map((line) => z.object({ type: z.literal('run'), run: Run }).safeParse(line).data?.run)
    .find((found) => found !== undefined);
  const heldOut = run?.evaluation?.held_out;
  assert.ok(heldOut && heldOut.answers.length > 20);
  assert.equal(heldOut.tuned.total, heldOut.answers.length);
  assert.equal(heldOut.tuned.right, heldOut.answers.filter((answer) => answer.tuned_right).length);
  assert.ok((heldOut.tuned_loss ?? 1) <= (heldOut.base_loss ?? 0) / 5);
  assert.ok(heldOut.tuned.share >= 0.8 && heldOut.base.share <= 0.3);
  const rule = first.stdout.split('\n').find((line) => /^─+$/.test(line)) ?? '';
  const marked = first.stdout.split('\n').filter((line) => /[✓✗] .*[✓✗] /.test(line));
  assert.equal(marked.length, heldOut.answers.length);
  for (const line of marked) {
    const column = textWidth(line.slice(0, line.search(/[✓✗]/)));
    assert.equal(column, Math.floor((rule.length - 4) / 3) + 2, line);
  }
});

test('the demo speaks Japanese', async (context) => {
  const home = join(tempDir(context), 'home');
  const ended = await startScript('scripts/demo.ts', home, [], { LC_ALL: 'ja_JP.UTF-8' }).ended;
  assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`);
  assert.match(ended.stdout, /約束どおりの結果です/);
  assert.doesNotMatch(ended.stdout, /The promise/);
});
