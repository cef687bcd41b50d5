import * as vscode from 'vscode';
import { formatDuration } from '../backend/l10n/format.ts';
import { plainName } from '../backend/l10n/plainText.ts';
import { progressOf, standingOf } from './views/runWords.ts';
import type { TreeContext } from './views/shelfTree.ts';

/**
 * What runs, how far it is and how long it still takes; else why nothing can run; hidden while there is nothing to say.
 * A click opens it.
 */
export function openStatusBar({ library, keeper, language, say }: TreeContext): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('tatara.run', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Tatara';
  const draw = (): void => {
    if (!vscode.workspace.isTrusted) {
      item.text = '$(shield) Tatara';
      item.tooltip = say('workspace.untrusted');
      item.command = 'workbench.trust.manage';
      item.show();
      return;
    }
    if (keeper.state.type === 'failed') {
      item.text = '$(error) Tatara';
      item.tooltip = say(keeper.state.hasRun ? 'backend.ended.status' : 'backend.failed.tooltip');
      item.command = 'tatara.showLog';
      item.show();
      return;
    }
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
    const [name, base, dataset] = [run.name, run.base, run.dataset].map(plainName);
    const standing = standingOf(run, language, say);
    const waiting = library.active.length - 1;
    item.tooltip = [
      name,
      `${base} · ${dataset}`,
      standing,
      ...(waiting > 0 ? [say('run.waiting', { count: waiting })] : []),
    ].join('\n');
    item.accessibilityInformation = { label: `Tatara, ${name}, ${standing}` };
    item.command = { command: 'tatara.openRun', title: '', arguments: [run.id] };
    item.show();
  };
  draw();
  return vscode.Disposable.from(
    item,
    library.onDidChange(draw),
    keeper.onDidChange(draw),
    vscode.workspace.onDidGrantWorkspaceTrust(draw),
  );
}
