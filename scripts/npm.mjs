/**
 * `node scripts/npm.mjs FOLDER COMMAND [argument...]` runs npm in the folder as the project needs it. Plain JavaScript for
 * Node 18 and later with nothing installed.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs npm in the folder, all it says on standard error, and gives the reason where it failed.
 * @param {string} folder
 * @param {string} command
 * @param {string[]} more
 * @returns {string | null}
 */
export function npm(folder, command, more = []) {
  const args = [command, '--no-audit', '--no-fund', '--loglevel=error', ...more];
  const script = process.env.npm_execpath;
  const options = { cwd: folder, stdio: ['ignore', 2, 2], env: npmEnvironment() };
  const result =
    script && /\.[cm]?js$/.test(script) && /npm/.test(script)
      ? spawnSync(process.execPath, [script, ...args], options)
      : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (result.error) return `npm ${command} failed: ${result.error.message}.`;
  return result.status === 0 ? null : `npm ${command} failed.`;
}

/**
 * An outer `npm run --production`, or a shell that sets NODE_ENV, would leave out what the project needs: such settings
 * are dropped. Where to fetch from (registry, proxy, certificates, cache) stays the user's.
 */
function npmEnvironment() {
  const kept =
    /^npm_config_(@|\/\/|registry|.*proxy|ca|cafile|cert|key|cache|userconfig|globalconfig|strict_ssl|fetch|prefer|offline|_auth|nodedir)/i;
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => {
      if (name === 'NODE_ENV') return false;
      return !/^npm_(config|package|lifecycle)_/i.test(name) || kept.test(name);
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, command, ...more] = process.argv.slice(2);
  const problem =
    folder && command ? npm(folder, command, more) : 'Usage: node scripts/npm.mjs FOLDER COMMAND [argument...]';
  if (problem) process.stderr.write(`${problem}\n`);
  process.exit(problem ? 1 : 0);
}
