import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs Debian's packages where this machine lets it: as root on Debian. Says null where they are in, and else why not.
 */
export function installDebianPackages(names: readonly string[]): string | null {
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!existsSync('/etc/debian_version')) return `install ${names.join(', ')} with this system's package manager`;
  if (process.getuid?.() !== 0) return `run: sudo ${command}`;
  console.log(`    installing ${names.join(', ')} …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update'], { stdio: 'ignore', env: environment });
  const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', env: environment });
  // Root on Debian is what continuous integration is; what cannot be installed there is no reason to skip in silence.
  if (status !== 0) throw new Error(`${command} failed:\n${stderr}`);
  return null;
}
