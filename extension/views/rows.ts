import * as vscode from 'vscode';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { Adapter, Model } from '../../backend/contract/model.ts';
import type { Run } from '../../backend/contract/run.ts';
import { formatBytes, formatCount, formatNumber, formatTime } from '../../backend/l10n/format.ts';
import { iconOf, standingOf } from './runWords.ts';
import type { Row, Rows } from './shelfTree.ts';

/** What a person has typed is shown as it is, never as Markdown. */
function tooltip(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
}

/** A data set a name; its older versions below it. */
export const datasetRows: Rows<Dataset> = (shelf, { say }) => {
  const row = (dataset: Dataset, older: readonly Dataset[]): Row<Dataset> => {
    const isOlder =
      older.length === 0 && shelf.datasets.some((d) => d.name === dataset.name && d.version > dataset.version);
    const item = new vscode.TreeItem(isOlder ? `v${dataset.version}` : dataset.name);
    item.id = dataset.id;
    const count = say('dataset.count', { rows: formatCount(dataset.rows) });
    const skipped =
      dataset.skipped_rows > 0 ? say('dataset.skipped', { count: formatCount(dataset.skipped_rows) }) : '';
    const version = dataset.version > 1 && !isOlder ? `v${dataset.version}` : '';
    item.description = [version, count, skipped].filter(Boolean).join(' · ');
    item.tooltip = tooltip(
      say('dataset.tooltip', {
        name: plain(dataset.name),
        version: dataset.version,
        rows: formatCount(dataset.rows),
        bytes: formatBytes(dataset.bytes),
        source: plain(dataset.source),
        time: formatTime(dataset.created_at),
      }),
    );
    item.iconPath = new vscode.ThemeIcon(isOlder ? 'history' : 'database');
    item.contextValue = 'dataset';
    if (older.length > 0) item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    return { value: dataset, item, children: older.map((each) => row(each, [])) };
  };
  const names = new Map<string, Dataset[]>();
  for (const dataset of shelf.datasets) names.set(dataset.name, [...(names.get(dataset.name) ?? []), dataset]);
  return [...names.values()].map((versions) => {
    const [newest, ...older] = versions.toSorted((a, b) => b.version - a.version);
    return row(newest!, older);
  });
};

export const runRows: Rows<Run> = (shelf, { language, say }) => {
  const rows = shelf.runs.map((run): Row<Run> => {
    const item = new vscode.TreeItem(run.name);
    item.id = run.id;
    item.description = `${run.base.name} · ${standingOf(run, language, say)}`;
    const { icon, color } = iconOf(run);
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = `run.${run.state}`;
    item.tooltip = tooltip(
      [
        say('run.tooltip', {
          name: plain(run.name),
          base: plain(run.base.name),
          dataset: plain(run.dataset.name),
          step: formatCount(run.step),
          steps: formatCount(run.steps),
          state: plain(standingOf(run, language, say)),
          time: formatTime(run.created_at),
        }),
        ...(run.train_loss === null ? [] : [say('run.loss', { loss: formatNumber(run.train_loss) })]),
        ...(run.held_out_loss === null ? [] : [say('run.heldOut', { loss: formatNumber(run.held_out_loss) })]),
        ...(run.error?.hint ? [plain(run.error.hint)] : []),
      ].join('\n\n'),
    );
    return { value: run, item, children: [] };
  });
  const rest = shelf.runCount - shelf.runs.length;
  if (rest <= 0 || rows.length === 0) return rows;
  const more = new vscode.TreeItem(say('run.more', { count: formatCount(Math.min(rest, 200)) }));
  more.iconPath = new vscode.ThemeIcon('more');
  more.command = { command: 'tatara.showMoreRuns', title: '' };
  return [...rows, { value: shelf.runs[0]!, item: more, children: [] }];
};

/** Every base with its adapters. */
export const modelRows: Rows<Model | Adapter> = (shelf, { say }) =>
  shelf.models.map((model) => {
    const adapters = shelf.adapters.filter((adapter) => adapter.base_id === model.id);
    const item = new vscode.TreeItem(model.name);
    // VS Code keeps a row as closed as it once was; the first adapter is to be seen.
    item.id = adapters.length === 0 ? model.id : `${model.id}+`;
    const refusal = model.facts.training_refusal;
    item.description = model.available
      ? `${model.facts.file_type} · ${formatBytes(model.bytes)}`
      : say('model.missing');
    item.iconPath = model.available
      ? new vscode.ThemeIcon('symbol-misc')
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = model.available ? 'model' : 'model.missing';
    item.tooltip = tooltip(
      [
        say('model.tooltip', {
          name: plain(model.name),
          architecture: plain(model.facts.architecture),
          parameters: formatCount(model.facts.parameters),
          type: plain(model.facts.file_type),
          bytes: formatBytes(model.bytes),
          path: plain(model.path),
        }),
        ...(refusal ? [say('model.refused', { reason: plain(refusal.message) })] : []),
      ].join('\n\n'),
    );
    if (adapters.length > 0) item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    return {
      value: model,
      item,
      children: adapters.map((adapter): Row<Model | Adapter> => {
        const child = new vscode.TreeItem(adapter.name);
        child.id = adapter.id;
        child.description = say('adapter.description', { rank: adapter.rank, bytes: formatBytes(adapter.bytes) });
        child.iconPath = new vscode.ThemeIcon('sparkle');
        child.contextValue = 'adapter';
        child.tooltip = tooltip(
          say('adapter.tooltip', {
            name: plain(adapter.name),
            rank: adapter.rank,
            bytes: formatBytes(adapter.bytes),
            time: formatTime(adapter.created_at),
          }),
        );
        return { value: adapter, item: child, children: [] };
      }),
    };
  });
