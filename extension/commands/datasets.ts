import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Dataset } from '../../backend/contract/dataset.ts';
import { formatCount } from '../../backend/l10n/format.ts';
import { errorOf } from '../common/errorOf.ts';
import type { Studio } from '../studio.ts';
import { confirmed, pick, type Target } from './pick.ts';

export function registerDatasetCommands(studio: Studio): vscode.Disposable[] {
  const { say, library, pages } = studio;
  const choose = async (target: Target): Promise<Dataset | null> => {
    const listed = await studio.withBackend(say('backend.starting'), (backend) => backend.call('listDatasets'));
    return pick(target, listed?.datasets ?? [], {
      title: say('dataset.pick'),
      word: ({ name, version, rows }) => ({
        label: name,
        description: `v${version} · ${say('dataset.count', { rows: formatCount(rows) })}`,
      }),
    });
  };
  return [
    vscode.commands.registerCommand('tatara.importDataset', async (file?: vscode.Uri) => {
      const files = file ? [file] : await askForFiles(studio);
      for (const each of files ?? []) await importDataset(studio, each.fsPath);
    }),
    vscode.commands.registerCommand('tatara.openDataset', async (target: Target) => {
      const dataset = await choose(target);
      if (dataset) pages.openDataset(dataset.id);
    }),
    vscode.commands.registerCommand('tatara.trainDataset', async (target: Target) => {
      const dataset = await choose(target);
      if (dataset) pages.newRun(`dataset: ${JSON.stringify(`${dataset.name}@${dataset.version}`)}\n`);
    }),
    vscode.commands.registerCommand('tatara.deleteDataset', async (target: Target) => {
      const dataset = await choose(target);
      if (!dataset) return;
      const question = say('dataset.delete', { name: dataset.name, version: dataset.version });
      if (!(await confirmed(question, say('dataset.delete.detail'), say('button.delete')))) return;
      await studio.withBackend('', (backend) => backend.call('deleteDataset', { params: { id: dataset.id } }));
      await library.refresh();
    }),
  ];
}

function askForFiles({ say }: Studio): Thenable<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    canSelectMany: true,
    openLabel: say('button.import'),
    filters: { [say('dataset.files')]: ['jsonl', 'ndjson', 'json', 'csv', 'tsv'], '*': ['*'] },
  });
}

/** Imports a file; where rows of it are broken, the reader sees the first and decides. */
async function importDataset(studio: Studio, path: string, skipBroken = false): Promise<void> {
  const { say, library, language } = studio;
  const imported = await studio.withBackend(
    say('dataset.importing', { name: basename(path) }),
    async (backend, signal) => {
      try {
        return await backend.call('importDataset', { body: { path, skip_broken: skipBroken }, signal });
      } catch (error) {
        const { message, problems } = errorOf(error, language);
        if (skipBroken || !problems || problems.length === 0) throw error;
        const detail = problems
          .slice(0, 10)
          .map((problem) => (problem.line === undefined ? problem.message : `${problem.line}: ${problem.message}`))
          .join('\n');
        return { broken: message, detail };
      }
    },
  );
  if (!imported) return;
  if ('broken' in imported) {
    const take = say('button.takeGood');
    if (await confirmed(imported.broken, imported.detail, take)) await importDataset(studio, path, true);
    return;
  }
  await library.refresh();
  const { dataset, unchanged } = imported;
  void vscode.window.setStatusBarMessage(
    say(unchanged ? 'dataset.unchanged' : 'dataset.imported', {
      name: dataset.name,
      version: dataset.version,
      rows: formatCount(dataset.rows),
    }),
    8000,
  );
  studio.pages.openDataset(dataset.id);
}
