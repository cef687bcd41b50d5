import * as vscode from 'vscode';
import type { BackendKeeper } from '../backend/backendKeeper.ts';
import type { CommandLine } from '../commandLine.ts';

/** The commands that work through the command line in a terminal. */
export function registerTerminalCommands(commandLine: CommandLine, keeper: BackendKeeper): vscode.Disposable[] {
  return [
    vscode.commands.registerCommand('tatara.openTerminal', () => commandLine.show()),
    vscode.commands.registerCommand('tatara.runTutorial', () => commandLine.run('tutorial')),
    vscode.commands.registerCommand('tatara.doctor', async () => {
      await commandLine.run('doctor');
      // Whoever asks whether all is there wants to work with it next; why it fails, the doctor tells.
      await keeper.connect().catch(() => {});
    }),
  ];
}
