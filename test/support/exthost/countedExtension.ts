/**
 * What VS Code loads in place of `dist/extension.cjs` where disposables are counted: it gives the very bundle that is
 * packaged an API that counts, and itself to the tests.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compileFunction } from 'node:vm';
import type * as vscode from 'vscode';
import { CountedApi } from './countedApi.ts';

/** What the tests in the extension host know of the extension beyond its commands. */
export interface Counted {
  /** How many of each kind are alive. */
  alive(): Record<string, number>;
  /** Ends the extension as VS Code does. */
  end(): void;
}

interface Bundle {
  activate(context: vscode.ExtensionContext): void;
}

const file = join(__dirname, 'dist/extension.cjs');
const counted = new CountedApi();
const requireBundled = createRequire(file);
const bundle = { exports: {} as Bundle };
compileFunction(
  readFileSync(file, 'utf8'),
  ['exports', 'require', 'module', '__filename', '__dirname', 'setInterval', 'clearInterval'],
  { filename: file },
)(
  bundle.exports,
  (name: string): unknown => (name === 'vscode' ? counted.api : requireBundled(name)),
  bundle,
  file,
  dirname(file),
  counted.setInterval,
  counted.clearInterval,
);

export function activate(context: vscode.ExtensionContext): Counted {
  bundle.exports.activate(context);
  return {
    alive: () => counted.alive(),
    end: () => {
      for (const made of [...context.subscriptions].reverse()) made.dispose();
    },
  };
}
