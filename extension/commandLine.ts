import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { launchers } from './launchers.ts';

const terminalName = 'Tatara';

/**
 * The bundled command line, made available as `tatara` in a terminal of its own: launchers in the extension's storage
 * start it with the Node that VS Code itself runs on.
 */
export class CommandLine implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  #terminal: vscode.Terminal | undefined;
  readonly #events: vscode.Disposable;
  /** What was asked for last has ended without an error, as far as the shell tells. */
  #endedWell = false;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#events = vscode.Disposable.from(
      vscode.window.onDidCloseTerminal((terminal) => {
        if (terminal === this.#terminal) this.#terminal = undefined;
      }),
      vscode.window.onDidStartTerminalShellExecution(({ terminal }) => {
        if (terminal === this.#terminal) this.#endedWell = false;
      }),
      vscode.window.onDidEndTerminalShellExecution(({ terminal, exitCode }) => {
        if (terminal === this.#terminal) this.#endedWell = exitCode === 0;
      }),
    );
  }

  /** Shows the terminal, opening it where there is none. */
  show(): vscode.Terminal {
    this.#terminal ??= this.#open();
    this.#terminal.show();
    return this.#terminal;
  }

  /** Runs `tatara` with the words in the terminal, where the reader sees it and can stop it. */
  run(...words: readonly string[]): void {
    this.show().sendText(['tatara', ...words].join(' '));
  }

  /** Gives its room back where the reader has gone on and nothing in it runs or has failed. */
  hideIfDone(): void {
    if (this.#endedWell) this.#terminal?.hide();
  }

  dispose(): void {
    this.#events.dispose();
    this.#terminal?.dispose();
  }

  #open(): vscode.Terminal {
    const folder = join(this.#context.globalStorageUri.fsPath, 'bin');
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of launchers(process.execPath, this.#context.asAbsolutePath('dist/cli.mjs'))) {
      writeFileSync(join(folder, name), text);
      chmodSync(join(folder, name), 0o755);
    }
    return vscode.window.createTerminal({
      name: terminalName,
      iconPath: new vscode.ThemeIcon('flame'),
      env: {
        PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
        TATARA_LANGUAGE: vscode.env.language,
      },
    });
  }
}
