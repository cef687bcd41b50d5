/**
 * `node scripts/run.mjs FILE args...` runs a TypeScript file of the project with the project's Node, after installing
 * what is missing. Plain JavaScript for Node 18 and later.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFlags } from '../bin/findNode.mjs';
import { bootstrap, root } from './bootstrap.mjs';

/**
 * Runs the file and ends this process as it ends.
 * @param {string} file relative to the project
 * @param {string[]} args
 */
export function run(file, args) {
  const node = bootstrap();
  const path = [resolve(root, 'node_modules/.bin'), dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, [...nodeFlags, resolve(root, file), ...args], {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // Ctrl-C reaches the child from the terminal itself; this process only has to outlive it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...args] = process.argv.slice(2);
  if (!file) {
    process.stderr.write('Usage: node scripts/run.mjs FILE [argument...]\n');
    process.exit(2);
  }
  run(file, args);
}
