import type * as vscode from 'vscode';
import { CommandLine } from './commandLine.ts';
import { registerTerminalCommands } from './commands/terminal.ts';

/** Wires; everything that is made here is disposed with the extension. */
export function activate(context: vscode.ExtensionContext): void {
  const commandLine = new CommandLine(context);
  context.subscriptions.push(commandLine, ...registerTerminalCommands(commandLine));
}
