import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Adapter, Model } from '../../backend/contract/model.ts';
import { formatBytes } from '../../backend/l10n/format.ts';
import { plainName } from '../../backend/l10n/plainText.ts';
import type { Studio } from '../studio.ts';
import { confirmed, pick, type Target } from './pick.ts';

export function registerModelCommands(studio: Studio): vscode.Disposable[] {
  const { say, library, pages } = studio;
  const title = say('model.pick');
  /** Null where there is no backend to ask, which has been told then. */
  const listed = (kind: 'bases' | 'adapters' | 'all'): Promise<readonly (Model | Adapter)[] | null> =>
    studio.withBackend(say('backend.starting'), async (backend) => [
      ...(kind === 'bases' ? [] : (await backend.call('listAdapters')).adapters),
      ...(kind === 'adapters' ? [] : (await backend.call('listBases')).models),
    ]);
  /** The one that a command is about. */
  const choose = async (target: Target, kind: Parameters<typeof listed>[0]): Promise<Model | Adapter | null> => {
    const all = await listed(kind);
    return all && pick(target, all, { title, none: say('model.none'), word });
  };
  const word = ({ name, bytes }: Model | Adapter): vscode.QuickPickItem => ({
    label: plainName(name),
    description: formatBytes(bytes),
  });
  return [
    vscode.commands.registerCommand('tatara.importModel', async (file?: vscode.Uri) => {
      const uri = file ?? (await askForFile(say('model.files'), say('button.import')));
      if (!uri) return;
      const name = plainName(basename(uri.fsPath));
      const model = await studio.withBackend(say('model.importing', { name }), (backend, signal) =>
        backend.call('importModel', { body: { path: uri.fsPath }, signal }),
      );
      if (!model) return;
      await library.refresh();
      void vscode.window.setStatusBarMessage(say('model.imported', { name: plainName(model.name) }), 8000);
    }),
    vscode.commands.registerCommand('tatara.importAdapter', async (target: Target) => {
      const base = await choose(target, 'bases');
      const uri = base && (await askForFile(say('adapter.files'), say('button.import')));
      if (!uri) return;
      const name = plainName(basename(uri.fsPath));
      const adapter = await studio.withBackend(say('adapter.importing', { name }), (backend, signal) =>
        backend.call('importAdapter', { body: { path: uri.fsPath, base: base.id }, signal }),
      );
      if (!adapter) return;
      await library.refresh();
      void vscode.window.setStatusBarMessage(say('adapter.imported', { name: plainName(adapter.name) }), 8000);
    }),
    vscode.commands.registerCommand('tatara.trainModel', async (target: Target) => {
      const model = await choose(target, 'bases');
      if (model) pages.newRun(`base: ${JSON.stringify(model.name)}\n`);
    }),
    vscode.commands.registerCommand('tatara.openChat', async (target: Target) => {
      if (target === undefined) return pages.chat();
      const model = await choose(target, 'all');
      if (model) pages.chat(model.name);
    }),
    vscode.commands.registerCommand('tatara.makeDefault', async (target: Target) => {
      const model = await choose(target, 'all');
      if (!model) return;
      const body = { model: model.id };
      if (!(await studio.withBackend('', (backend) => backend.call('chooseDefaultModel', { body })))) return;
      await library.refresh();
      void vscode.window.setStatusBarMessage(say('model.default', { name: plainName(model.name) }), 8000);
    }),
    vscode.commands.registerCommand('tatara.clearDefault', async () => {
      await studio.withBackend('', (backend) => backend.call('clearDefaultModel'));
      await library.refresh();
    }),
    vscode.commands.registerCommand('tatara.deleteModel', async (target: Target) => {
      const model = await choose(target, 'bases');
      if (!model) return;
      const question = say('model.delete', { name: plainName(model.name) });
      if (!(await confirmed(question, say('model.delete.detail'), say('button.forget')))) return;
      await studio.withBackend('', (backend) => backend.call('deleteModel', { params: { id: model.id } }));
      await library.refresh();
    }),
    vscode.commands.registerCommand('tatara.deleteAdapter', async (target: Target) => {
      const adapter = await choose(target, 'adapters');
      if (!adapter) return;
      const question = say('adapter.delete', { name: plainName(adapter.name) });
      if (!(await confirmed(question, say('adapter.delete.detail'), say('button.delete')))) return;
      await studio.withBackend('', (backend) => backend.call('deleteAdapter', { params: { id: adapter.id } }));
      await library.refresh();
    }),
  ];
}

async function askForFile(kind: string, openLabel: string): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    canSelectFolders: process.platform === 'darwin',
    openLabel,
    filters: { [kind]: ['gguf'] },
  });
  return files?.[0];
}
