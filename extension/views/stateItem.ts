import * as vscode from 'vscode';
import type { Language } from '../../backend/contract/common.ts';
import { plainText } from '../../backend/l10n/plainText.ts';
import type { BackendKeeper } from '../backend/backendKeeper.ts';
import { errorOf } from '../common/errorOf.ts';
import type { Say } from '../l10n/say.ts';

/** What a tree shows in place of its rows while there is no backend to ask; null: there is one, or it is being started. */
export function stateItem(keeper: BackendKeeper, language: Language, say: Say): vscode.TreeItem | null {
  const state = keeper.state;
  if (state.type === 'failed') {
    const { message, hint } = errorOf(state.error, language);
    const item = new vscode.TreeItem(say(state.hasRun ? 'backend.ended' : 'backend.failed'));
    item.description = state.hasRun ? say('backend.ended.what') : plainText(message);
    item.tooltip = state.hasRun ? say('backend.ended.tooltip') : [message, hint].filter(Boolean).join('\n');
    item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    item.command = { command: 'tatara.restartBackend', title: say('button.restart') };
    return item;
  }
  if (state.type === 'off' && state.stopped) {
    const item = new vscode.TreeItem(say('backend.stopped'));
    item.iconPath = new vscode.ThemeIcon('debug-stop');
    item.command = { command: 'tatara.startBackend', title: say('button.restart') };
    return item;
  }
  return null;
}
