import * as vscode from 'vscode';
import { plainName, plainText } from '../backend/l10n/plainText.ts';
import type { BackendKeeper } from './backend/backendKeeper.ts';
import { needsRestart } from './common/settings.ts';
import type { Say } from './l10n/say.ts';
import type { Studio } from './studio.ts';
import { standingOf } from './views/runWords.ts';

/** A crash is told once until the reader has answered, however often the backend ends meanwhile. */
export function tellCrashes(keeper: BackendKeeper, log: vscode.LogOutputChannel, say: Say): vscode.Disposable {
  let isTold = false;
  return keeper.onCrash(async () => {
    if (isTold) return;
    isTold = true;
    const [show, restart] = [say('button.showLog'), say('button.restart')];
    const chosen = await vscode.window.showWarningMessage(say('backend.crashed'), show, restart);
    isTold = false;
    if (chosen === show) log.show();
    // It may be up again by now; to end it once more would only pause the runs that it has gone on with.
    if (chosen === restart && keeper.state.type !== 'ready') {
      await vscode.commands.executeCommand('tatara.restartBackend');
    }
  });
}

/** A setting that counts only for a new backend is told, with a button, where one runs. */
export function tellSettings({ keeper, say }: Pick<Studio, 'keeper' | 'say'>): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(async (change) => {
    if (!needsRestart(change) || keeper.state.type === 'off') return;
    const restart = say('button.restart');
    const chosen = await vscode.window.showInformationMessage(say('settings.restart'), restart);
    if (chosen === restart) await vscode.commands.executeCommand('tatara.restartBackend');
  });
}

/** A run that ended by itself is told, wherever the reader looks; one that the reader has stopped is not. */
export function tellEndedRuns({ library, language, say, pages }: Studio): vscode.Disposable {
  return library.onRunEnded(async (run) => {
    if (run.state !== 'succeeded' && run.state !== 'failed') return;
    const open = say('button.open');
    const chosen = await (run.state === 'failed'
      ? vscode.window.showErrorMessage(
          say('run.failed', { name: plainName(run.name), reason: plainText(run.error?.message ?? run.state) }),
          open,
        )
      : vscode.window.showInformationMessage(
          say('run.ended', { name: plainName(run.name), result: standingOf(run, language, say) }),
          open,
        ));
    if (chosen === open) pages.openRun(run.id);
  });
}
