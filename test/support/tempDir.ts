import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of the test's own, gone when the test ends. */
export function tempDir(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'tatara-test-'));
  context.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 3 }));
  return path;
}
