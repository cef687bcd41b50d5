import * as vscode from 'vscode';
import type { Language } from '../../backend/contract/common.ts';
import type { BackendKeeper } from '../backend/backendKeeper.ts';
import type { Say } from '../l10n/say.ts';
import type { Library, Shelf } from './library.ts';
import { stateItem } from './stateItem.ts';

export interface TreeContext {
  readonly keeper: BackendKeeper;
  readonly library: Library;
  readonly language: Language;
  readonly say: Say;
}

/** A row of a tree; what it stands for goes to the commands of its context menu. */
export interface Row<T> {
  readonly value: T;
  readonly item: vscode.TreeItem;
  readonly children: readonly Row<T>[];
}

/** The rows of a tree from what the backend has. */
export type Rows<T> = (shelf: Shelf, context: TreeContext) => readonly Row<T>[];

/** One tree of the side bar. A tree that is looked at needs the backend, and so it is started. */
export function openShelfTree<T>(id: string, rows: Rows<T>, context: TreeContext): vscode.Disposable {
  const { keeper, library, language, say } = context;
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView<Row<T> | vscode.TreeItem>(id, {
    showCollapseAll: false,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (row) => ('item' in row ? row.item : row),
      getChildren: async (row) => {
        if (row) return 'item' in row ? [...row.children] : [];
        if (!vscode.workspace.isTrusted) return [];
        const instead = stateItem(keeper, language, say);
        if (instead) return [instead];
        if (!library.shelf) {
          try {
            await keeper.connect();
            await library.refresh();
          } catch {
            const failed = stateItem(keeper, language, say);
            return failed ? [failed] : [];
          }
        }
        return library.shelf ? [...rows(library.shelf, context)] : [];
      },
    },
  });
  library.watchFor(() => view.visible);
  const redraw = (): void => changed.fire();
  return vscode.Disposable.from(
    view,
    changed,
    library.onDidChange(redraw),
    keeper.onDidChange((state) => {
      // The shelf's own change tells of a backend that is ready.
      if (state.type === 'failed' || state.type === 'off') redraw();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(redraw),
  );
}
