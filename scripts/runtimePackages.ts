/** Which packages of node_modules the extension needs when it runs, read from the lock file. */

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface RuntimePackage {
  /** As in the lock file: `node_modules/koffi`. */
  readonly path: string;
  /** Files inside that are for building or reading only. */
  readonly leaveOut: readonly RegExp[];
}

/** Packages that esbuild leaves outside of the bundles. */
const roots = ['better-sqlite3', 'koffi', 'node-llama-cpp'];

/**
 * Of node-llama-cpp's libraries the one package for the platform: its CPU's, and Metal, which is small. Those for CUDA and
 * Vulkan are hundreds of megabytes; `tatara doctor` says what is there.
 */
function isOtherLibrary(name: string, platform: string, arch: string): boolean {
  const system = { darwin: 'mac', win32: 'win' }[platform] ?? platform;
  const own = [`@node-llama-cpp/${system}-${arch}`, `@node-llama-cpp/${system}-${arch}-metal`];
  return name.startsWith('@node-llama-cpp/') && !own.includes(name);
}

/** Headers that only a compiler reads. */
const headers = 'node-addon-api';

/** Everything that is for compiling, and texts that no program reads. */
const everywhere = [/^(test|tests|docs?|examples?|\.github)$/, /\.(md|map|d\.[cm]?ts|tsbuildinfo)$/i];

export function runtimePackages(lock: Lock, platform: string, arch: string): RuntimePackage[] {
  const found = new Map<string, RuntimePackage>();
  const visit = (name: string, from: string): void => {
    if (name === headers || isOtherLibrary(name, platform, arch)) return;
    const path = locate(lock, name, from);
    if (path === null || found.has(path)) return;
    const locked = lock.packages[path] ?? {};
    if (!fits(locked.os, platform) || !fits(locked.cpu, arch)) return;
    found.set(path, { path, leaveOut: [...everywhere, ...leaveOut(name, platform, arch)] });
    for (const next of Object.keys({ ...locked.dependencies, ...locked.optionalDependencies })) visit(next, path);
  };
  for (const name of roots) visit(name, '');
  return [...found.values()];
}

function leaveOut(name: string, platform: string, arch: string): RegExp[] {
  switch (name) {
    case 'better-sqlite3':
      return [/^(src|deps)$/, new RegExp(`^prebuilds/(?!${platform}-${arch}\\.node$)`)];
    case 'koffi':
      return [/^(vendor|lib)$/, /^src\/.*\.(cc|hh|S|asm|txt)$/];
    case 'node-llama-cpp':
      return [/^llama\/(gitRelease\.bundle|addon|cmake|patches|profiles|toolchains|xpack)$/, /^templates$/];
    default:
      return [];
  }
}

/** Node's own search: the nearest node_modules from the asking package upward. */
function locate(lock: Lock, name: string, from: string): string | null {
  const path = `${from === '' ? '' : `${from}/`}node_modules/${name}`;
  if (lock.packages[path]) return path;
  if (from === '') return null;
  const outer = from.lastIndexOf('/node_modules/');
  return locate(lock, name, outer < 0 ? '' : from.slice(0, outer));
}

function fits(allowed: readonly string[] | undefined, value: string): boolean {
  return allowed === undefined || allowed.includes(value);
}
