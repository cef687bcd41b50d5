import * as vscode from 'vscode';
import type { Run } from '../../backend/contract/run.ts';
import type { Studio } from '../studio.ts';
import { standingOf } from '../views/runWords.ts';
import { confirmed, pick, type Target } from './pick.ts';

export function registerRunCommands(studio: Studio): vscode.Disposable[] {
  const { say, library, pages, language } = studio;
  const choose = async (target: Target, fits: (run: Run) => boolean = () => true): Promise<Run | null> => {
    const listed = await studio.withBackend(say('backend.starting'), async (backend) =>
      typeof target === 'string'
        ? [await backend.call('readRun', { params: { id: target } })]
        : (await backend.call('listRuns', { query: { limit: 200 } })).runs,
    );
    if (!listed) return null;
    return pick(target, listed.filter(fits), {
      title: say('run.pick'),
      none: say('run.none'),
      word: (run) => ({ label: run.name, description: `${run.base.name} · ${standingOf(run, language, say)}` }),
    });
  };
  /** Calls a route that changes a run, and shows what came of it. */
  const change = async (run: Run | null, name: 'pauseRun' | 'cancelRun' | 'resumeRun' | 'deleteRun'): Promise<void> => {
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
      change(await choose(target, ({ state }) => state === 'running' || state === 'queued'), 'pauseRun'),
    ),
    vscode.commands.registerCommand('tatara.resumeRun', async (target: Target) =>
      change(
        await choose(target, ({ state }) => state === 'paused' || state === 'failed' || state === 'cancelled'),
        'resumeRun',
      ),
    ),
    vscode.commands.registerCommand('tatara.cancelRun', async (target: Target) => {
      const run = await choose(target, ({ state }) => state === 'running' || state === 'queued');
      if (!run) return;
      const question = say('run.cancel', { name: run.name });
      if (await confirmed(question, say('run.cancel.detail'), say('button.stop'))) await change(run, 'cancelRun');
    }),
    vscode.commands.registerCommand('tatara.deleteRun', async (target: Target) => {
      const run = await choose(target, ({ state }) => state !== 'running' && state !== 'queued');
      if (!run) return;
      const question = say('run.delete', { name: run.name });
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
