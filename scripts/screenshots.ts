/**
 * `npm run screenshots`: a picture of every screen in each theme and both languages, in test-results/screens. It is the
 * test of the screens itself, so that what is looked at is what is tested.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const args = [...process.execArgv, '--test', 'test/e2e/screens.test.ts'];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
console.log(`The pictures are in ${join(root, 'test-results/screens')}`);
process.exitCode = status ?? 1;
