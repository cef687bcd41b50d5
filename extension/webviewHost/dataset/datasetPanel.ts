import * as vscode from 'vscode';
import type { Backend } from '../../../backend/client/backend.ts';
import type { Dataset } from '../../../backend/contract/dataset.ts';
import { fillText } from '../../../backend/l10n/fillText.ts';
import {
  type DatasetInfo,
  DatasetPageState,
  DatasetToHost,
  DatasetToPage,
} from '../../../webviews/contract/dataset.ts';
import { failureOf } from '../failureOf.ts';
import type { Panel, PanelKind } from '../panel.ts';
import { datasetPanelTexts as texts } from './texts.ts';

type About = Extract<DatasetToPage, { type: 'failure' }>['about'];
type Edit = Extract<DatasetToHost, { type: 'edit' }>;

export interface DatasetPanelOptions {
  /** Begins a run with the data set. */
  readonly train: (datasetId: string) => void;
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
          if (!signal.aborted) panel.send({ type: 'failure', about, failure: failureOf(error, panel.language) });
        }
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
            case 'train':
              return options.train(message.datasetId);
          }
        },
        dispose: () => closing.abort(),
      };
    },
  };

  async function edit(
    { datasetId, row, messages }: Edit,
    panel: Panel<DatasetToPage, DatasetPageState>,
    answer: (about: About, signal: AbortSignal, work: (backend: Backend) => Promise<DatasetToPage>) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { language } = panel;
    if (messages === null) {
      const question = fillText(language, texts.removeQuestion, { row: row + 1 });
      const detail = texts.removeDetail[language];
      const yes = texts.remove[language];
      if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return;
    }
    await answer('edit', signal, async (backend) => {
      const body = { changes: [{ index: row, row: messages && { messages } }] };
      const { dataset } = await backend.call('editDataset', { params: { id: datasetId }, body });
      panel.setTitle(titleOf(dataset));
      options.onChanged();
      return { type: 'edited', dataset: await infoOf(dataset, backend) };
    });
  }
}

function titleOf({ name, version }: Pick<Dataset, 'name' | 'version'>): string {
  return version === 1 ? name : `${name} v${version}`;
}

async function infoOf(dataset: Dataset, backend: Backend): Promise<DatasetInfo> {
  const { models } = await backend.call('listBases');
  return {
    id: dataset.id,
    name: dataset.name,
    version: dataset.version,
    rows: dataset.rows,
    source: dataset.source,
    skipped: dataset.skipped_rows,
    models: models.filter(({ available }) => available).map(({ id, name }) => ({ id, name })),
  };
}
