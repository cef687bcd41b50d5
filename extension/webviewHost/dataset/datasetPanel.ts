import * as vscode from 'vscode';
import type { Backend } from '../../../backend/client/backend.ts';
import { followDatasetJob } from '../../../backend/client/followDatasetJob.ts';
import type { Dataset } from '../../../backend/contract/dataset.ts';
import { fillText } from '../../../backend/l10n/fillText.ts';
import {
  type DatasetInfo,
  DatasetPageState,
  DatasetToHost,
  DatasetToPage,
} from '../../../webviews/contract/dataset.ts';
import { askForJsonl } from '../../common/askForJsonl.ts';
import { errorOf } from '../../common/errorOf.ts';
import { failureOf } from '../failureOf.ts';
import type { Panel, PanelKind } from '../panel.ts';
import { datasetPanelTexts as texts } from './texts.ts';

type About = Extract<DatasetToPage, { type: 'failure' }>['about'];
type Edit = Extract<DatasetToHost, { type: 'edit' }>;
type Split = Extract<DatasetToHost, { type: 'split' }>;

export interface DatasetPanelOptions {
  /** Begins a run with the data set. */
  readonly train: (datasetId: string) => void;
  readonly open: (datasetId: string) => void;
  /** A new version is there. */
  readonly onChanged: () => void;
}

/** One data set: its rows, what is noticed about them, and how a model reads them. */
export function datasetPanel(options: DatasetPanelOptions): PanelKind<DatasetToHost, DatasetToPage, DatasetPageState> {
  return {
    name: 'dataset',
    toHost: DatasetToHost,
    toPage: DatasetToPage,
    state: DatasetPageState,
    keyOf: ({ datasetId }) => datasetId,
    title: (_state, language) => texts.title[language],
    serve(panel) {
      const closing = new AbortController();
      let splitting: AbortController | null = null;
      const asked = new Map<'rows' | 'statistics' | 'tokens', { key: unknown; going: AbortController }>();

      /** Gives up what was asked before under the same name, unless it belongs to the same question. */
      const latest = (name: 'rows' | 'statistics' | 'tokens', key: unknown): AbortSignal => {
        const before = asked.get(name);
        if (before && before.key !== key) before.going.abort();
        const going = before && before.key === key ? before.going : new AbortController();
        asked.set(name, { key, going });
        return AbortSignal.any([going.signal, closing.signal]);
      };
      const answer = async (about: About, signal: AbortSignal, work: (backend: Backend) => Promise<DatasetToPage>) => {
        try {
          const message = await work(await panel.backend());
          if (!signal.aborted) panel.send(message);
        } catch (error) {
          if (signal.aborted) return;
          const conflict = about === 'edit' ? await conflictOf(error, panel) : undefined;
          const failure = failureOf(error, panel.language);
          panel.send({ type: 'failure', about, failure, ...(conflict ? { conflict } : {}) });
        }
      };
      const split = async ({ datasetId, share, seed }: Split): Promise<void> => {
        if (splitting) return;
        const going = new AbortController();
        splitting = going;
        // A panel that is closed leaves the split going: the two data sets come up in the tree.
        await answer('split', closing.signal, async (backend) => {
          try {
            const params = { id: datasetId };
            const started = await backend.call('splitDataset', { params, body: { share, seed } });
            const job = await followDatasetJob(backend, started, {
              signal: going.signal,
              onProgress: ({ progress }) =>
                panel.send({
                  type: 'splitting',
                  share: progress && progress.total > 0 ? progress.done / progress.total : null,
                  secondsLeft: progress?.seconds_left ?? null,
                }),
            });
            options.onChanged();
            const side = ({ id, name, rows }: Dataset) => ({ id, name, rows });
            const { train, held_out, near_duplicates } = job.split!;
            return { type: 'split', made: { train: side(train), heldOut: side(held_out), near: near_duplicates } };
          } catch (error) {
            if (!going.signal.aborted) throw error;
            return { type: 'split', made: null };
          }
        });
        splitting = null;
      };

      return {
        async receive(message) {
          const params = { id: message.datasetId };
          switch (message.type) {
            case 'ready':
              return answer('dataset', closing.signal, async (backend) => {
                const dataset = await backend.call('readDataset', { params });
                panel.setTitle(titleOf(dataset));
                return { type: 'dataset', dataset: await infoOf(dataset, backend) };
              });
            case 'rows': {
              const signal = latest('rows', message.question);
              const { base, search, ...rest } = message.asked;
              const query = { ...rest, search, offset: message.offset, limit: message.limit, base: base ?? undefined };
              return answer('rows', signal, async (backend) => {
                const { rows, matching, noticed } = await backend.call('viewDataset', { params, query, signal });
                return { type: 'rows', question: message.question, offset: message.offset, rows, matching, noticed };
              });
            }
            case 'statistics': {
              const signal = latest('statistics', message.question);
              const query = { base: message.base ?? undefined };
              return answer('statistics', signal, async (backend) => {
                const statistics = await backend.call('datasetStatistics', { params, query, signal });
                return { type: 'statistics', question: message.question, statistics };
              });
            }
            case 'tokens': {
              const signal = latest('tokens', `${message.row} ${message.base}`);
              const query = { row: message.row, base: message.base };
              return answer('tokens', signal, async (backend) => {
                const { tokens } = await backend.call('rowTokens', { params, query, signal });
                return { type: 'tokens', row: message.row, tokens };
              });
            }
            case 'edit':
              return edit(message, panel, answer, closing.signal);
            case 'undo':
              return answer('edit', closing.signal, async (backend) => {
                await backend.call('deleteDataset', { params });
                const dataset = await backend.call('readDataset', { params: { id: message.before } });
                panel.setTitle(titleOf(dataset));
                options.onChanged();
                return { type: 'dataset', dataset: await infoOf(dataset, backend), undone: true };
              });
            case 'problems':
              return answer('problems', closing.signal, async (backend) => {
                const query = { offset: message.offset, limit: 100 };
                const { problems } = await backend.call('datasetProblems', { params, query });
                return { type: 'problems', offset: message.offset, problems };
              });
            case 'split':
              return split(message);
            case 'cancelSplit':
              return splitting?.abort();
            case 'export':
              return exportTo(params.id, panel, answer, closing.signal);
            case 'openDataset':
              return options.open(message.datasetId);
            case 'train':
              return options.train(message.datasetId);
          }
        },
        dispose: () => closing.abort(),
      };
    },
  };

  async function edit(
    { datasetId, row, content, branch }: Edit,
    panel: Panel<DatasetToPage, DatasetPageState>,
    answer: (about: About, signal: AbortSignal, work: (backend: Backend) => Promise<DatasetToPage>) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { language } = panel;
    if (content === null) {
      const question = fillText(language, texts.removeQuestion, { row: row + 1 });
      const detail = texts.removeDetail[language];
      const yes = texts.remove[language];
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
    }
    await answer('edit', signal, async (backend) => {
      const body = { changes: [{ index: row, row: content }], branch };
      const edited = await backend.call('editDataset', { params: { id: datasetId }, body });
      const { dataset } = edited;
      panel.setTitle(titleOf(dataset));
      options.onChanged();
      const info = await infoOf(dataset, backend);
      const { datasets } = await backend.call('listDatasets');
      const before = datasets.find(({ name, version }) => name === dataset.name && version === edited.onto);
      return { type: 'edited', dataset: info, undo: edited.unchanged ? null : (before?.id ?? null) };
    });
  }
}

/** Null where the data set is the newest of its name. */
function newestOf(datasets: readonly Dataset[], { name, version }: Dataset): Dataset | null {
  const later = datasets.filter((other) => other.name === name && other.version > version);
  return later.toSorted((a, b) => b.version - a.version)[0] ?? null;
}

/** The version that has changed the row meanwhile, where that is what went wrong. */
async function conflictOf(error: unknown, panel: Panel<DatasetToPage, DatasetPageState>) {
  const { code, details } = errorOf(error, panel.language);
  if (code !== 'dataset_edited_elsewhere') return undefined;
  const { datasets } = await (await panel.backend()).call('listDatasets');
  const found = datasets.find(({ name, version }) => name === details?.name && version === details?.newest);
  return found && { id: found.id, version: found.version };
}

/** To a file that the person chooses; the dialog asks before one is replaced. */
async function exportTo(
  id: string,
  panel: Panel<DatasetToPage, DatasetPageState>,
  answer: (about: About, signal: AbortSignal, work: (backend: Backend) => Promise<DatasetToPage>) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const backend = await panel.backend();
  const { name } = await backend.call('readDataset', { params: { id } });
  const path = await askForJsonl(name, texts.export[panel.language]);
  if (!path) return;
  await answer('export', signal, async (each) => {
    const { rows } = await each.call('exportDataset', { params: { id }, body: { path, overwrite: true }, signal });
    return { type: 'exported', rows, path };
  });
}

function titleOf({ name, version }: Pick<Dataset, 'name' | 'version'>): string {
  return version === 1 ? name : `${name} v${version}`;
}

async function infoOf(dataset: Dataset, backend: Backend): Promise<DatasetInfo> {
  const [{ models }, { datasets }, { kept }] = await Promise.all([
    backend.call('listBases'),
    backend.call('listDatasets'),
    backend.call('datasetProblems', { params: { id: dataset.id }, query: { limit: 1 } }),
  ]);
  const newer = newestOf(datasets, dataset);
  return {
    id: dataset.id,
    name: dataset.name,
    version: dataset.version,
    rows: dataset.rows,
    source: dataset.source,
    skipped: dataset.skipped_rows,
    problems: { total: dataset.problem_count, kept },
    newer: newer && { id: newer.id, version: newer.version },
    models: models.filter(({ available }) => available).map(({ id, name }) => ({ id, name })),
  };
}
