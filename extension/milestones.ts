import * as vscode from 'vscode';
import type { Library } from './views/library.ts';

/** What a person has got done, as context keys: the steps of the walkthrough are ticked off by them. */
export type Milestone = 'hasTutorial' | 'hasTutorialRun' | 'askedBase' | 'askedTuned';

export function reach(milestone: Milestone): void {
  void vscode.commands.executeCommand('setContext', `tatara.${milestone}`, true);
}

/** Looks for the milestones that show in what the backend has. */
export function watchMilestones(library: Library): vscode.Disposable {
  return library.onDidChange(() => {
    const { datasets = [], models = [], runs = [] } = library.shelf ?? {};
    const hasBase = models.some(({ name, available }) => name === 'tutorial-base' && available);
    if (hasBase && datasets.some(({ name }) => name === 'tutorial-1')) reach('hasTutorial');
    if (runs.some(({ dataset, state }) => dataset === 'tutorial-1' && state === 'succeeded')) {
      reach('hasTutorialRun');
    }
  });
}
