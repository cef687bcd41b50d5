import * as vscode from 'vscode';
import type { RunState } from '../../backend/contract/run.ts';
import { plainName } from '../../backend/l10n/plainText.ts';
import type { Studio } from '../studio.ts';
import { standingOf } from '../views/runWords.ts';
import { confirmed, idOf, pick, type Target } from './pick.ts';

type Chosen = { readonly id: string; readonly name: string };

export function registerRunCommands(studio: Studio): vscode.Disposable[] {
  const { say, library, pages, language } = studio;
  /** The run that a command is about: the one that it was called on, else one of those in the states. */
  const choose = async (target: Target, states?: readonly RunState[]): Promise<Chosen | null> => {
    const id = idOf(target);
    if (id !== undefined) {
      const found = await studio.withBackend(say('backend.starting'), (backend) =>
        backend.call('readRun', { params: { id } }),
      );
      if (found && states && !states.includes(found.state)) {
        void vscode.window.showInformationMessage(say('run.none'));
        return null;
      }
      return found;
    }
    const query = { limit: 200, ...(states ? { state: states.join(',') } : {}) };
    const listed = await studio.withBackend(say('backend.starting'), (backend) =>
      backend.call('runSummaries', { query }),
    );
    if (!listed) return null;
    return pick(undefined, listed.runs, {
      title: say('run.pick'),
      none: say('run.none'),
      word: (run) => ({
        label: plainName(run.name),
        description: `${plainName(run.base)} · ${standingOf(run, language, say)}`,
      }),
    });
  };
  /** Calls a route that changes a run, and shows what came of it. */
  const change = async (
    run: Chosen | null,
    name: 'pauseRun' | 'cancelRun' | 'resumeRun' | 'deleteRun',
  ): Promise<void> => {
    if (!run) return;
    await studio.withBackend('', (backend) => backend.call(name, { params: { id: run.id } }));
    await library.refresh();
  };
  return [
    vscode.commands.registerCommand('tatara.newRun', () => pages.newRun('')),
    vscode.commands.registerCommand('tatara.trainRecipe', async (file?: vscode.Uri) => {
      const uri = file ?? vscode.window.activeTextEditor?.document.uri ?? (await askForRecipe(studio));
      if (uri) pages.newRun(await textOf(uri));
    }),
    vscode.commands.registerCommand('tatara.openRun', async (target: Target) => {
      const run = await choose(target);
      if (run) pages.openRun(run.id);
    }),
    vscode.commands.registerCommand('tatara.compareRuns', async (target: Target, all?: readonly Target[]) => {
      const chosen = (all ?? [target]).flatMap((each) =>
        each === undefined ? [] : typeof each === 'string' ? [each] : [each.value.id],
      );
      pages.compareRuns(chosen);
    }),
    vscode.commands.registerCommand('tatara.pauseRun', async (target: Target) =>
      change(await choose(target, ['running', 'queued']), 'pauseRun'),
    ),
    vscode.commands.registerCommand('tatara.resumeRun', async (target: Target) =>
      change(await choose(target, ['paused', 'failed', 'cancelled']), 'resumeRun'),
    ),
    vscode.commands.registerCommand('tatara.cancelRun', async (target: Target) => {
      const run = await choose(target, ['running', 'queued']);
      if (!run) return;
      const question = say('run.cancel', { name: plainName(run.name) });
      if (await confirmed(question, say('run.cancel.detail'), say('button.stop'))) await change(run, 'cancelRun');
    }),
    vscode.commands.registerCommand('tatara.deleteRun', async (target: Target) => {
      const run = await choose(target, ['paused', 'failed', 'cancelled', 'succeeded']);
      if (!run) return;
      const question = say('run.delete', { name: plainName(run.name) });
      if (await confirmed(question, say('run.delete.detail'), say('button.delete'))) await change(run, 'deleteRun');
    }),
    vscode.commands.registerCommand('tatara.showMoreRuns', () => library.showMoreRuns()),
  ];
}

/** The text of a file as it stands in the editor, saved or not. */
async function textOf(uri: vscode.Uri): Promise<string> {
  return (await vscode.workspace.openTextDocument(uri)).getText();
}

async function askForRecipe({ say }: Studio): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({ filters: { [say('run.recipes')]: ['yaml', 'yml'] } });
  return files?.[0];
}
