/**
 * Installs what is missing, so that `npm run demo` and `npm test` each work as the first command after a clone. Plain
 * JavaScript for Node 18 and later with nothing installed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode } from '../bin/findNode.mjs';
import { npm } from './npm.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = 'node_modules/.tatara-installed';

/** Installs packages where they are missing or older than the lock file, and returns the path of the Node to use. */
export function bootstrap() {
  if (!isInstalled()) {
    say('Installing packages with npm ci (once; about half a minute) …');
    install();
    writeStamp();
  }
  return usableNode();
}

function isInstalled() {
  const stamp = join(root, stampFile);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === lockHash()) return true;
  if (!matchesLock()) return false;
  writeStamp();
  return true;
}

/** Whether npm's own record of what it installed has every package that this lock file asks for: a developer may have run npm. */
function matchesLock() {
  try {
    const installed = readJson('node_modules/.package-lock.json').packages;
    return Object.entries(readJson('package-lock.json').packages).every(
      ([path, wanted]) =>
        path === '' || (installed[path] ? installed[path].version === wanted.version : wanted.optional || wanted.peer),
    );
  } catch {
    return false;
  }
}

function lockHash() {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  return hash.update(`${process.platform}-${process.arch}`).digest('hex');
}

function writeStamp() {
  writeFileSync(join(root, stampFile), `${lockHash()}\n`);
}

function install() {
  const problem = npm(root, 'ci', ['--include=dev', '--include=optional']);
  if (problem) {
    fail(
      problem,
      'Tatara needs its npm packages, and this machine could not install them.',
      'Check the network and the registry (npm ping), then run the same command again.',
    );
  }
}

function usableNode() {
  let { path, problem } = findNode(root);
  if (!path && /libstdc\+\+|libatomic|shared librar/.test(problem ?? '')) {
    installDebianPackages(['libstdc++6', 'libatomic1']);
    ({ path, problem } = findNode(root));
  }
  if (path) return path;
  fail(
    `Tatara needs Node 22.18 or later; this is ${process.versions.node}.`,
    `The Node 24 that npm installs cannot be used here: ${problem}.`,
    'Install Node 24 (https://nodejs.org) and run the same command again.',
  );
}

/** @param {string[]} names */
function installDebianPackages(names) {
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  const isDebian = existsSync('/etc/debian_version');
  if (!isDebian || process.getuid?.() !== 0) {
    fail(
      'A system library is missing.',
      `Tatara's Node needs ${names.join(' and ')}.`,
      isDebian ? `Run: sudo ${command}` : `Install ${names.join(' and ')} with this system's package manager.`,
    );
  }
  say(`Installing ${names.join(', ')} …`);
  spawnSync('apt-get', ['update'], { stdio: ['ignore', 2, 2] });
  spawnSync('sh', ['-c', command], { stdio: ['ignore', 2, 2] });
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * What happened, why, what to do.
 * @param {...string} lines
 * @returns {never}
 */
function fail(...lines) {
  say(lines.join('\n'));
  process.exit(1);
}
