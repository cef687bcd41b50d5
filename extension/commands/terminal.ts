import * as vscode from 'vscode';
import type { CommandLine } from '../commandLine.ts';

/** The commands that work through the command line in a terminal. */
export function registerTerminalCommands(commandLine: CommandLine): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('tatara.openTerminal', () => commandLine.show()),
    vscode.commands.registerCommand('tatara.runTutorial', () => commandLine.run('tutorial')),
    vscode.commands.registerCommand('tatara.doctor', () => commandLine.run('doctor')),
  ];
}
