import { basename } from 'node:path';
import * as vscode from 'vscode';
import { followDatasetJob } from '../../backend/client/followDatasetJob.ts';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { DatasetJob, DatasetJobProgress } from '../../backend/contract/datasetJob.ts';
import { formatBytes, formatCount, formatDuration } from '../../backend/l10n/format.ts';
import { plainName } from '../../backend/l10n/plainText.ts';
import { askForJsonl } from '../common/askForJsonl.ts';
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
        label: plainName(name),
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
    vscode.commands.registerCommand('tatara.exportDataset', async (target: Target) => {
      const dataset = await choose(target);
      const path = dataset && (await askForJsonl(dataset.name, say('button.export')));
      if (!path) return;
      const params = { id: dataset.id };
      const body = { path, overwrite: true };
      const written = await studio.withBackend(say('export.writing'), (backend, signal) =>
        backend.call('exportDataset', { params, body, signal }),
      );
      if (written) tellExport(studio, written);
    }),
    vscode.commands.registerCommand('tatara.exportVotes', async () => {
      const path = await askForJsonl('votes', say('button.export'));
      if (!path) return;
      const written = await studio.withBackend(say('export.writing'), (backend) =>
        backend.call('exportPreferences', { body: { path, overwrite: true } }),
      );
      if (written) tellExport(studio, written);
    }),
    vscode.commands.registerCommand('tatara.deleteDataset', async (target: Target) => {
      const dataset = await choose(target);
      if (!dataset) return;
      const question = say('dataset.delete', { name: plainName(dataset.name), version: dataset.version });
      if (!(await confirmed(question, say('dataset.delete.detail'), say('button.delete')))) return;
      await studio.withBackend('', (backend) => backend.call('deleteDataset', { params: { id: dataset.id } }));
      await library.refresh();
    }),
  ];
}

function tellExport({ say }: Studio, { rows, bytes, path }: { rows: number; bytes: number; path: string }): void {
  const words = { rows: formatCount(rows), bytes: formatBytes(bytes), path };
  void vscode.window.setStatusBarMessage(say('export.written', words), 8000);
}

function progressWords({ say, language }: Studio, { rows, seconds_left }: DatasetJobProgress): string {
  const count = say('dataset.count', { rows: formatCount(rows) });
  if (seconds_left === null) return count;
  return `${count} · ${say('run.left', { duration: formatDuration(language, seconds_left) })}`;
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
    say('dataset.importing', { name: plainName(basename(path)) }),
    async (backend, signal, report) => {
      try {
        const started = await backend.call('startImport', { body: { path, skip_broken: skipBroken } });
        const onProgress = ({ progress }: DatasetJob): void => {
          if (progress && progress.total > 0) report(progress.done / progress.total, progressWords(studio, progress));
        };
        return (await followDatasetJob(backend, started, { signal, onProgress })).imported;
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
      name: plainName(dataset.name),
      version: dataset.version,
      rows: formatCount(dataset.rows),
    }),
    8000,
  );
  studio.pages.openDataset(dataset.id);
}
