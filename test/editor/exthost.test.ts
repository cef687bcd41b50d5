/** Runs the tests of `test/exthost` inside the extension host of a real editor, and tells the outcome of each. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import { buildExthost } from '../support/exthost/buildExthost.ts';

/** Longest that all of them may take, ms. */
const longest = 5 * 60_000;

describe('inside the extension host', { skip: skipEditor }, () => {
  const editor = testEditor({ testDriver: true });

  test('commands and disposables', async () => {
    const { home } = editor().server;
    const [packaged] = globSync(join(home, 'extensions/tatara.tatara-*'));
    assert.ok(packaged);
    const folder = join(home, 'counted');
    await buildExthost(folder, packaged);
    const { said, ended } = await editor().runTests(folder, join(folder, 'tests.cjs'));
    const code = await Promise.race([ended, delay(longest, 'too late', { ref: false })]);
    const outcomes = join(folder, 'outcomes.json');
    assert.ok(existsSync(outcomes), `the tests did not end (${code}):\n${said.join('\n')}`);
    const each: { title: string; error: string | null }[] = JSON.parse(readFileSync(outcomes, 'utf8'));
    for (const { title, error } of each) if (error === null) console.log(`    ✓ ${title}`);
    const failures = each.flatMap(({ title, error }) => (error === null ? [] : [`${title}\n${error}`]));
    assert.ok(failures.length === 0, failures.join('\n'));
    assert.ok(each.length >= 7);
    assert.equal(code, 0);
  });
});
