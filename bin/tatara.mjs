#!/usr/bin/env node
/** `tatara`: finds a Node that can run Tatara and hands the command line to it. Plain JavaScript for Node 18 and later. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, nodeFlags } from './findNode.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { path, problem } = findNode(root);
if (!path) {
  process.stderr.write(
    `Tatara needs Node 22.18 or later; this is ${process.versions.node}, and ${problem}.\nRun npm ci in ${root}, or install Node 24.\n`,
  );
  process.exit(1);
}
const source = join(root, 'backend/cli.ts');
const file = existsSync(source) ? source : join(root, 'dist/cli.mjs');
const child = spawn(path, [...nodeFlags, file, ...process.argv.slice(2)], { stdio: 'inherit' });
// Ctrl-C reaches the child from the terminal itself; this process only has to outlive it.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`${path} could not be started: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
