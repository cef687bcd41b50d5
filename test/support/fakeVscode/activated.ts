import './use.ts';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Backend, joinBackend } from '../../../backend/client/connectBackend.ts';
import { projectRoot } from '../tatara.ts';
import { tempDir } from '../tempDir.ts';
import { editor, fakeContext, type Row, type TreeItem } from './vscode.ts';

export interface Activated {
  readonly home: string;
  run(command: string, ...args: unknown[]): Promise<unknown>;
  /** The rows of a tree, those below the first ones too. */
  tree(id: string): Promise<TreeItem[]>;
  rows(id: string): Promise<Row[]>;
  /** The backend that the extension has started, as another client sees it; the test's own lease. */
  backend(): Promise<Backend>;
  deactivate(): void;
}

/** The extension as VS Code activates it, from its sources, with a data directory of its own that `prepare` fills. */
export async function activated(t: TestContext, prepare: (home: string) => void = () => {}): Promise<Activated> {
  const clients: Backend[] = [];
  const folder = { path: '' };
  t.after(async () => {
    deactivate();
    // The editor's own lease lingers; a test does not wait for that.
    const last = await joinBackend({ dataDirectory: join(folder.path, 'home') });
    if (last) clients.push(last);
    await last?.call('shutdown').catch(() => {});
    for (const client of clients) await client[Symbol.asyncDispose]();
    for (const { address } of clients) await gone(address.pid);
  });
  folder.path = tempDir(t);
  const home = join(folder.path, 'home');
  process.env.TATARA_HOME = home;
  process.env.XDG_RUNTIME_DIR = folder.path;
  editor.reset();
  prepare(home);
  const context = fakeContext(projectRoot, join(folder.path, 'storage'));
  const { activate } = await import('../../../extension/main.ts');
  activate(context as never);

  const rows = async (id: string): Promise<Row[]> => {
    const view = editor.views.get(id);
    const below = async (row?: Row): Promise<Row[]> => {
      const found = ((await view?.provider.getChildren(row)) ?? []) as Row[];
      return [...found, ...(await Promise.all(found.map(below))).flat()];
    };
    return below();
  };
  return {
    home,
    rows,
    run: async (command, ...args) => editor.commands.get(command)?.(...(args as never[])),
    tree: async (id) => (await rows(id)).map((row) => ('item' in row ? row.item : row)),
    async backend() {
      const found = await joinBackend({ dataDirectory: home });
      if (!found) throw new Error('no backend runs');
      clients.push(found);
      return found;
    },
    deactivate,
  };

  function deactivate(): void {
    for (const each of context.subscriptions.splice(0)) each.dispose();
  }
}

/** Waits until it is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (let i = 0; !isSo(); i++) {
    if (i > 1200) throw new Error(`it did not come to be: ${what}`);
    await delay(50);
  }
}

export async function gone(pid: number): Promise<void> {
  await until(() => !isAlive(pid), `the end of process ${pid}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
