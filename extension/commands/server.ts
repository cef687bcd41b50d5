import * as vscode from 'vscode';
import type { Studio } from '../studio.ts';
import { confirmed } from './pick.ts';

export function registerServerCommands(studio: Studio, log: vscode.LogOutputChannel): vscode.Disposable[] {
  const { keeper, library, say } = studio;
  return [
    vscode.commands.registerCommand('tatara.startBackend', async () => {
      await studio.withBackend(say('backend.starting'), async () => true);
    }),
    vscode.commands.registerCommand('tatara.restartBackend', async () => {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: say('backend.restarting') },
        () => keeper.restart().catch(studio.showError),
      );
    }),
    vscode.commands.registerCommand('tatara.stopBackend', async () => {
      if (!(await confirmed(say('backend.stop.ask'), say('backend.stop.detail'), say('button.stop')))) return;
      await keeper.stop().catch(studio.showError);
    }),
    vscode.commands.registerCommand('tatara.copyServerAddress', async () => {
      const backend = await studio.withBackend(say('backend.starting'), async (each) => each);
      if (!backend) return;
      await vscode.env.clipboard.writeText(`${backend.url}/v1`);
      void vscode.window.setStatusBarMessage(say('copied.url'), 4000);
    }),
    vscode.commands.registerCommand('tatara.showLog', () => log.show()),
    vscode.commands.registerCommand('tatara.refresh', () => library.refresh()),
  ];
}
