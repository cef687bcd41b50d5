import * as vscode from 'vscode';
import { errorOf } from '../common/errorOf.ts';
import type { TreeContext } from './shelfTree.ts';

/** The backend's own tree: where it is and how it is. It never starts it. */
export function openServerTree({ keeper, library, language, say }: TreeContext): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const line = (label: string, description: string, icon: string): vscode.TreeItem => {
    const item = new vscode.TreeItem(label);
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    return item;
  };
  const items = async (): Promise<vscode.TreeItem[]> => {
    const state = keeper.state;
    switch (state.type) {
      case 'off':
        return [line(say(state.stopped ? 'backend.stopped' : 'backend.off'), '', 'debug-stop')];
      case 'starting':
        return [line(say('backend.starting'), '', 'loading~spin')];
      case 'restarting':
        return [line(say('backend.restarting'), '', 'loading~spin')];
      case 'failed': {
        const { message, hint } = errorOf(state.error, language);
        const item = line(say('backend.failed'), message, 'error');
        item.tooltip = [message, hint].filter(Boolean).join('\n');
        return [item];
      }
      case 'ready': {
        const { url, address } = state.backend;
        const server = line(url, say('server.running', { version: address.version }), 'vm-running');
        server.contextValue = 'server';
        const count = (library.shelf?.models.length ?? 0) + (library.shelf?.adapters.length ?? 0);
        return [
          server,
          line(say('server.models'), String(count), 'symbol-misc'),
          line(say('server.process'), String(address.pid), 'pulse'),
        ];
      }
    }
  };
  const view = vscode.window.createTreeView('tatara.server', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (item: vscode.TreeItem) => item,
      getChildren: (item) => (item ? [] : vscode.workspace.isTrusted ? items() : []),
    },
  });
  const redraw = (): void => changed.fire();
  return vscode.Disposable.from(
    view,
    changed,
    keeper.onDidChange(redraw),
    library.onDidChange(redraw),
    vscode.workspace.onDidGrantWorkspaceTrust(redraw),
  );
}
