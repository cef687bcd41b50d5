import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = process.env.TATARA_TEST_DATA ?? join(import.meta.dirname, '../../../shared/data');
const said = new Set<string>();

/**
 * Absolute path of a file or folder of the real test data, or null where it is not there. What is missing is said
 * aloud once, because a test that is skipped in silence looks like one that passed.
 */
export function testData(path: string): string | null {
  const full = join(root, path);
  if (existsSync(full)) return full;
  if (!said.has(path)) {
    said.add(path);
    console.error(`SKIPPED for want of test data: ${path} is not in ${root}. Set TATARA_TEST_DATA to where it lies.`);
  }
  return null;
}
