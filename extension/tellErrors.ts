import * as vscode from 'vscode';
import type { Language } from '../backend/contract/common.ts';
import type { BackendKeeper } from './backend/backendKeeper.ts';
import { errorOf, isCancelled } from './common/errorOf.ts';
import { messageText } from './common/messageText.ts';
import type { Say } from './l10n/say.ts';
import type { ReportWork, Studio } from './studio.ts';

/** Codes whose way out is a command of VS Code. */
const wayOut = {
  node_unsuitable: { button: 'button.settings', command: 'workbench.action.openSettings', argument: 'tatara.nodePath' },
  setting_invalid: {
    button: 'button.settings',
    command: 'workbench.action.openSettings',
    argument: '@ext:tatara.tatara',
  },
  workspace_untrusted: { button: 'button.trust', command: 'workbench.trust.manage', argument: undefined },
} as const;

/** Says what went wrong and what to do, once, with a button where there is one that does it. */
export function errorTeller(log: vscode.LogOutputChannel, language: Language, say: Say): (error: unknown) => void {
  return (error) => {
    if (isCancelled(error)) return;
    const { code, message, hint } = errorOf(error, language);
    log.error(error instanceof Error ? error : String(error));
    const out = code in wayOut ? wayOut[code as keyof typeof wayOut] : null;
    const buttons = [...(out ? [say(out.button)] : []), say('button.showLog')];
    const told = [message, hint ?? ''].filter(Boolean).map(messageText).join(' ');
    void vscode.window.showErrorMessage(told, ...buttons).then((chosen) => {
      if (chosen === say('button.showLog')) log.show();
      else if (chosen !== undefined && out) void vscode.commands.executeCommand(out.command, out.argument);
    });
  };
}

/** Work that takes less, ms, shows no progress of its own. */
const short = 800;

/** See `Studio.withBackend`. */
export function withBackendOf(keeper: BackendKeeper, showError: (error: unknown) => void): Studio['withBackend'] {
  return async (title, work) => {
    const given = new AbortController();
    let show: ((share: number, words: string) => void) | null = null;
    let last: readonly [share: number, words: string] | null = null;
    const report: ReportWork = (...now) => {
      last = now;
      show?.(...now);
    };
    const working = (async () => work(await keeper.connect(), given.signal, report))();
    const ended = working.then(
      () => {},
      () => {},
    );
    const isShort = await Promise.race([
      ended.then(() => true),
      new Promise((resolve) => setTimeout(resolve, short, false)),
    ]);
    if (!isShort) {
      void vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: title || 'Tatara', cancellable: true },
        (progress, token) => {
          token.onCancellationRequested(() => given.abort());
          let shown = 0;
          show = (share, message) => {
            progress.report({ increment: Math.max(0, share - shown) * 100, message });
            shown = Math.max(shown, share);
          };
          if (last) show(...last);
          return ended;
        },
      );
    }
    try {
      return await working;
    } catch (error) {
      if (!given.signal.aborted) showError(error);
      return null;
    }
  };
}
