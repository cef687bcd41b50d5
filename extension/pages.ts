import * as vscode from 'vscode';
import type { Level } from '../webviews/contract/lesson.ts';
import { reach } from './milestones.ts';
import { type PanelContext, Panels } from './webviewHost/panel.ts';
import type { TrainingActions } from './webviewHost/training/trainingActions.ts';

/** Every page that there is, and how to get to it. */
export interface Pages {
  openDataset(datasetId: string): void;
  newRun(recipeYaml: string): void;
  openRun(runId: string): void;
  compareRuns(runIds: readonly string[]): void;
  /** Absent: the newest model. */
  chat(model?: string): void;
  openLesson(level: Level): void;
}

/** Registers the pages, so that VS Code can bring them back; none is loaded before it is opened. */
export function openPages(
  context: PanelContext,
  kept: { readonly folder: vscode.Uri; readonly memento: vscode.Memento },
  onChanged: () => void,
): { readonly pages: Pages; readonly disposable: vscode.Disposable } {
  const panels = new Panels(context);
  const actions: TrainingActions = {
    newRun: (yaml) => pages.newRun(yaml),
    openRun: (id) => pages.openRun(id),
    compareRuns: (ids) => pages.compareRuns(ids),
    chat: (_base, adapter) => pages.chat(adapter),
    importBase: async () => void (await vscode.commands.executeCommand('tatara.importModel')),
    importDataset: async () => void (await vscode.commands.executeCommand('tatara.importDataset')),
    importTutorial: async () => void (await vscode.commands.executeCommand('tatara.importTutorial')),
  };
  const dataset = panels.register('dataset', async () =>
    (await import('./webviewHost/dataset/datasetPanel.ts')).datasetPanel({
      open: (id) => pages.openDataset(id),
      train: (id) => void vscode.commands.executeCommand('tatara.trainDataset', id),
      onChanged,
    }),
  );
  const newRun = panels.register('newRun', async () =>
    (await import('./webviewHost/newRunHost.ts')).newRunPanel(actions),
  );
  const run = panels.register('run', async () => (await import('./webviewHost/runHost.ts')).runPanel(actions));
  const compare = panels.register('compareRuns', async () =>
    (await import('./webviewHost/compareRunsHost.ts')).compareRunsPanel(actions),
  );
  const chat = panels.register('chat', async () =>
    (await import('./webviewHost/chat/chatPanel.ts')).chatPanel(await conversations(kept), (kind) =>
      reach(kind === 'tuned' ? 'askedTuned' : 'askedBase'),
    ),
  );
  const lesson = panels.register('lesson', async () =>
    (await import('./webviewHost/lessonHost.ts')).lessonPanel({
      ...actions,
      openLesson: (level) => pages.openLesson(level),
      onChanged,
    }),
  );

  const show = (opened: Promise<void>): void => {
    opened.catch(context.showError);
  };
  const pages: Pages = {
    openDataset: (datasetId) => show(dataset.open({ datasetId })),
    newRun: (yaml) => show(newRun.open({ yaml, effort: 'balanced' })),
    openRun: (runId) => {
      show(run.open({ runId, smoothing: 0.6, logScale: false, answers: 'all', answersAt: null }));
      // It may have been begun a moment ago, on a page.
      onChanged();
    },
    compareRuns: (ids) => show(compare.open({ ids: [...ids], smoothing: 0.6, logScale: false, heldOut: true })),
    chat: (model) => show(chat.open({ conversationId: null, ...(model === undefined ? {} : { model }) })),
    openLesson: (level) => show(lesson.open({ level, verified: null })),
  };
  return { pages, disposable: panels };
}

async function conversations({ folder, memento }: { readonly folder: vscode.Uri; readonly memento: vscode.Memento }) {
  const { ConversationStore } = await import('./webviewHost/chat/conversationStore.ts');
  return new ConversationStore(vscode.Uri.joinPath(folder, 'conversations').fsPath, memento);
}
