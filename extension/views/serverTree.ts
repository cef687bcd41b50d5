import * as vscode from 'vscode';
import type { Backend } from '../../backend/client/backend.ts';
import type { Status } from '../../backend/contract/system.ts';
import { formatBytes, formatDuration } from '../../backend/l10n/format.ts';
import { plainName } from '../../backend/l10n/plainText.ts';
import type { TreeContext } from './shelfTree.ts';
import { stateItem } from './stateItem.ts';

/** The backend's own tree: where it is, how it is, and what it holds in memory. It never starts it. */
export function openServerTree(context: TreeContext): vscode.Disposable {
  const { keeper, library, language, say } = context;
  const changed = new vscode.EventEmitter<void>();
  const items = (): vscode.TreeItem[] => {
    const { state } = keeper;
    const instead = stateItem(keeper, language, say);
    if (instead) return [instead];
    if (state.type === 'ready') return readyItems(state.backend, library.shelf?.status ?? null, context);
    if (state.type === 'off') return [line(say('backend.off'), '', 'debug-stop')];
    return [line(say(state.type === 'starting' ? 'backend.starting' : 'backend.restarting'), '', 'loading~spin')];
  };
  const view = vscode.window.createTreeView('tatara.server', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (item: vscode.TreeItem) => item,
      getChildren: (item) => (item ? [] : vscode.workspace.isTrusted ? items() : []),
    },
  });
  library.watchFor(() => view.visible);
  const redraw = (): void => changed.fire();
  return vscode.Disposable.from(
    view,
    changed,
    keeper.onDidChange(redraw),
    library.onDidChange(redraw),
    vscode.workspace.onDidGrantWorkspaceTrust(redraw),
  );
}

function line(label: string, description: string, icon: string): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  return item;
}

function readyItems(
  { url, address }: Backend,
  status: Status | null,
  { language, say }: TreeContext,
): vscode.TreeItem[] {
  const loaded = status?.loaded ?? [];
  const memory = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  const state =
    loaded.length === 0
      ? say('server.running')
      : say('server.loaded', { count: loaded.length, bytes: formatBytes(memory) });
  const server = line(url, state, 'vm-running');
  server.contextValue = 'server';
  server.tooltip = [url, say('server.version', { version: address.version }), status?.data_directory ?? '']
    .filter(Boolean)
    .join('\n');
  if (!status) return [server];
  const chosen = status.default_model;
  return [
    server,
    ...loaded.map(({ name, adapters, bytes, in_use: inUse }) => {
      const held = [formatBytes(bytes), say(inUse ? 'server.inUse' : 'server.idle')].join(' · ');
      const item = line([name, ...adapters].map(plainName).join(' + '), held, 'chip');
      item.tooltip = say('server.memory.tooltip');
      return item;
    }),
    line(say('server.default'), chosen ? plainName(chosen.name) : say('server.default.none'), 'star-full'),
    line(
      say('server.process'),
      [String(status.pid), formatBytes(status.memory), formatDuration(language, status.uptime_seconds)].join(' · '),
      'pulse',
    ),
  ];
}
