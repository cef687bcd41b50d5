import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './tatara.ts';

/**
 * Path of the VSIX as `npm run package` makes it. A test run makes it once, in a step of its own, and says so in
 * TATARA_TEST_VSIX; a test file that is run by itself makes it anew, from the sources as they are.
 */
export function packagedVsix(): string {
  const made = process.env.TATARA_TEST_VSIX;
  if (made && existsSync(made)) return made;
  execFileSync(process.execPath, [...process.execArgv, join(projectRoot, 'scripts/package.ts')], { stdio: 'pipe' });
  const path = join(projectRoot, 'dist', `tatara-${process.platform}-${process.arch}.vsix`);
  process.env.TATARA_TEST_VSIX = path;
  return path;
}
