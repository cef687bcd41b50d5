import * as vscode from 'vscode';
import { formatDuration } from '../backend/l10n/format.ts';
import { progressOf, standingOf } from './views/runWords.ts';
import type { TreeContext } from './views/shelfTree.ts';

/** What runs, how far it is and how long it still takes; hidden while nothing runs. A click opens it. */
export function openStatusBar({ library, keeper, language, say }: TreeContext): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('tatara.run', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Tatara';
  const draw = (): void => {
    if (keeper.state.type === 'restarting') {
      item.text = '$(loading~spin) Tatara';
      item.tooltip = say('backend.restarting');
      item.command = 'tatara.showLog';
      item.show();
      return;
    }
    const run = library.active.find(({ state }) => state === 'running') ?? library.active[0];
    if (!run) {
      item.hide();
      return;
    }
    const left = run.seconds_left === null ? '' : ` · ${formatDuration(language, run.seconds_left)}`;
    item.text = `$(flame) Tatara ${progressOf(run)}${left}`;
    item.tooltip = `${run.name}\n${run.base.name} · ${run.dataset.name}\n${standingOf(run, language, say)}`;
    item.accessibilityInformation = { label: `Tatara, ${run.name}, ${standingOf(run, language, say)}` };
    item.command = { command: 'tatara.openRun', title: '', arguments: [run.id] };
    item.show();
  };
  return vscode.Disposable.from(item, library.onDidChange(draw), keeper.onDidChange(draw));
}
