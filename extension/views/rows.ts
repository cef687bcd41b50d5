import * as vscode from 'vscode';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { Adapter, Model } from '../../backend/contract/model.ts';
import type { RunSummary } from '../../backend/contract/runSummary.ts';
import { formatBytes, formatCount, formatNumber, formatTime } from '../../backend/l10n/format.ts';
import { markdownText as plain, plainName } from '../../backend/l10n/plainText.ts';
import { moreRuns, type Shelf } from './library.ts';
import { problemsUri } from './problemBadges.ts';
import { iconOf, standingOf } from './runWords.ts';
import type { Row, Rows, TreeContext } from './shelfTree.ts';

/** Lines of Markdown; what a person has typed has gone through `plain`. */
function tooltip(...paragraphs: readonly string[]): vscode.MarkdownString {
  return new vscode.MarkdownString(paragraphs.filter((each) => each !== '').join('\n\n'));
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

/** A data set a name; its older versions below it. */
export const datasetRows: Rows<Dataset> = (shelf, { say }) => {
  const row = (dataset: Dataset, older: readonly Dataset[], isOlder: boolean): Row<Dataset> => {
    const { digest } = dataset;
    const item = new vscode.TreeItem(isOlder ? `v${dataset.version}` : plainName(dataset.name));
    item.id = dataset.id;
    const count = say('dataset.count', { rows: formatCount(dataset.rows) });
    const skipped =
      dataset.skipped_rows > 0 ? say('dataset.skipped', { count: formatCount(dataset.skipped_rows) }) : '';
    const version = dataset.version > 1 && !isOlder ? `v${dataset.version}` : '';
    const languages = digest ? spoken(digest.languages) : '';
    // Those of the import, and rows to look at: the number that the page's own button has.
    const problemCount = dataset.problem_count + (digest?.problems ?? 0);
    const problems = problemCount > 0 ? say('dataset.problems', { count: formatCount(problemCount) }) : '';
    item.description = joined(version, count, languages, skipped);
    item.tooltip = tooltip(
      say('dataset.tooltip', {
        name: plain(dataset.name),
        version: dataset.version,
        rows: formatCount(dataset.rows),
        bytes: formatBytes(dataset.bytes),
        source: plain(dataset.source),
        time: formatTime(dataset.created_at),
      }),
      problems,
      digest && digest.duplicates > 0 ? say('dataset.duplicates', { count: formatCount(digest.duplicates) }) : '',
    );
    item.accessibilityInformation = { label: joined(plainName(dataset.name), item.description, problems) };
    // Its badge shows the number of problems.
    if (problemCount > 0) item.resourceUri = problemsUri(dataset.id, problemCount);
    item.iconPath = new vscode.ThemeIcon(isOlder ? 'history' : 'database');
    item.contextValue = 'dataset';
    if (older.length > 0) item.collapsibleState = vscode.TreeItemCollapsibleState.Collapsed;
    return { value: dataset, item, children: older.map((each) => row(each, [], true)) };
  };
  const names = new Map<string, Dataset[]>();
  for (const dataset of shelf.datasets) names.set(dataset.name, [...(names.get(dataset.name) ?? []), dataset]);
  return [...names.values()].map((versions) => {
    const [newest, ...older] = versions.toSorted((a, b) => b.version - a.version);
    return row(newest!, older, false);
  });
};

/** Languages that at least a twentieth of the rows are in, the commonest first: `en · ja`. */
function spoken({ en, ja, other }: NonNullable<Dataset['digest']>['languages']): string {
  const least = (en + ja + other) / 20;
  const found = Object.entries({ en, ja }).filter(([, rows]) => rows > 0 && rows >= least);
  return found
    .sort((a, b) => b[1] - a[1])
    .map(([language]) => language)
    .join(' · ');
}

export const runRows: Rows<RunSummary> = (shelf, { language, say }) => {
  const rows = shelf.runs.map((run): Row<RunSummary> => {
    const standing = standingOf(run, language, say);
    const item = new vscode.TreeItem(plainName(run.name));
    item.id = run.id;
    item.description = joined(plainName(run.base), standing);
    const { icon, color } = iconOf(run);
    item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
    item.contextValue = `run.${run.state}`;
    item.tooltip = tooltip(
      say('run.tooltip', {
        name: plain(run.name),
        base: plain(run.base),
        dataset: plain(run.dataset),
        step: formatCount(run.step),
        steps: formatCount(run.steps),
        state: plain(standing),
        time: formatTime(run.created_at),
      }),
      run.train_loss === null ? '' : say('run.loss', { loss: formatNumber(run.train_loss) }),
      run.held_out_loss === null ? '' : say('run.heldOut', { loss: formatNumber(run.held_out_loss) }),
      run.error?.hint ? plain(run.error.hint) : '',
    );
    item.accessibilityInformation = { label: joined(plainName(run.name), item.description) };
    return { value: run, item, children: [] };
  });
  const rest = shelf.runCount - shelf.runs.length;
  if (rest <= 0 || rows.length === 0) return rows;
  const more = new vscode.TreeItem(say('run.more', { count: formatCount(Math.min(rest, moreRuns)) }));
  more.description = say('run.shown', { shown: formatCount(shelf.runs.length), total: formatCount(shelf.runCount) });
  more.iconPath = new vscode.ThemeIcon('more');
  more.command = { command: 'tatara.showMoreRuns', title: '' };
  return [...rows, { value: shelf.runs[0]!, item: more, children: [] }];
};

/** Every base with its adapters. */
export const modelRows: Rows<Model | Adapter> = (shelf, context) =>
  shelf.models.map((model) => {
    const { say } = context;
    const adapters = shelf.adapters.filter((adapter) => adapter.base_id === model.id);
    const item = new vscode.TreeItem(plainName(model.name));
    // VS Code keeps a row as closed as it once was; the first adapter is to be seen.
    item.id = adapters.length === 0 ? model.id : `${model.id}+`;
    const refusal = model.facts.training_refusal;
    const isDefault = shelf.status.default_model?.id === model.id;
    item.description = model.available
      ? joined(
          plainName(model.facts.file_type),
          formatBytes(model.bytes),
          shown(model.verdict, context),
          isDefault ? say('model.inUse') : '',
        )
      : say('model.missing');
    item.iconPath = model.available
      ? new vscode.ThemeIcon('symbol-misc')
      : new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.contextValue = model.available ? `model${isDefault ? '.default' : ''}` : 'model.missing';
    item.tooltip = tooltip(
      say('model.tooltip', {
        name: plain(model.name),
        architecture: plain(model.facts.architecture),
        parameters: formatCount(model.facts.parameters),
        type: plain(model.facts.file_type),
        bytes: formatBytes(model.bytes),
        path: plain(model.path),
      }),
      isDefault ? say('model.inUse.tooltip') : '',
      refusal ? say('model.refused', { reason: plain(refusal.message) }) : '',
    );
    if (adapters.length > 0) item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
    return { value: model, item, children: adapters.map((adapter) => adapterRow(adapter, shelf, context)) };
  });

function adapterRow(adapter: Adapter, { status }: Shelf, context: TreeContext): Row<Model | Adapter> {
  const { say } = context;
  const isDefault = status.default_model?.id === adapter.id;
  const size = { rank: adapter.rank, bytes: formatBytes(adapter.bytes) };
  const item = new vscode.TreeItem(plainName(adapter.name));
  item.id = adapter.id;
  item.description = joined(
    shown(adapter.verdict, context),
    isDefault ? say('model.inUse') : '',
    say('adapter.description', size),
  );
  const lost = adapter.verdict === 'worse' || adapter.verdict === 'forgot';
  item.iconPath =
    adapter.verdict === 'better'
      ? new vscode.ThemeIcon('verified-filled', new vscode.ThemeColor('testing.iconPassed'))
      : lost
        ? new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'))
        : new vscode.ThemeIcon('sparkle');
  item.contextValue = `adapter${isDefault ? '.default' : lost ? '.lost' : ''}`;
  item.tooltip = tooltip(
    say('adapter.tooltip', { ...size, name: plain(adapter.name), time: formatTime(adapter.created_at) }),
    say(`adapter.shown.${adapter.verdict ?? 'unmeasured'}`),
    isDefault ? say('model.inUse.tooltip') : '',
  );
  item.accessibilityInformation = { label: joined(plainName(adapter.name), item.description) };
  return { value: adapter, item, children: [] };
}

/** One or two words of what an evaluation has shown. */
function shown(verdict: Adapter['verdict'], { say }: TreeContext): string {
  return verdict === undefined || verdict === 'unmeasured' ? '' : say(`model.shown.${verdict}`);
}
