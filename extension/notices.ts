import * as vscode from 'vscode';
import { plainName, plainText } from '../backend/l10n/plainText.ts';
import { errorOf } from './common/errorOf.ts';
import { needsRestart } from './common/settings.ts';
import type { Studio } from './studio.ts';
import { standingOf } from './views/runWords.ts';
import type { TreeContext } from './views/shelfTree.ts';

/**
 * A crash is told once until the reader has answered, however often the backend ends meanwhile; so is that it was left
 * off in the end. What a message says cannot be changed once it stands, so that each is true for as long as it may.
 */
export function tellCrashes({ keeper, language, say }: Omit<TreeContext, 'library'>): vscode.Disposable {
  const teller = (tell: (...buttons: string[]) => Thenable<string | undefined>): (() => Promise<void>) => {
    let isTold = false;
    return async () => {
      if (isTold) return;
      isTold = true;
      const [show, restart] = [say('button.showLog'), say('button.restart')];
      const chosen = await tell(show, restart);
      isTold = false;
      if (chosen === show) await vscode.commands.executeCommand('tatara.showLog');
      // It may be up again by now; to end it once more would only pause the runs that it has gone on with.
      if (chosen === restart && keeper.state.type !== 'ready') {
        await vscode.commands.executeCommand('tatara.restartBackend');
      }
    };
  };
  const givenUp = (): string => {
    const { state } = keeper;
    return state.type === 'failed' && !state.hasRun
      ? say('backend.notAgain', { reason: plainText(errorOf(state.error, language).message) })
      : say('backend.givenUp');
  };
  return vscode.Disposable.from(
    keeper.onCrash(teller((...buttons) => vscode.window.showWarningMessage(say('backend.crashed'), ...buttons))),
    keeper.onGivenUp(teller((...buttons) => vscode.window.showErrorMessage(givenUp(), ...buttons))),
  );
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
