/**
 * The host panels of all pages, outside VS Code. What they ask of VS Code itself (a dialog, the clipboard) is not there:
 * a test that comes to it fails.
 */
import { registerHooks } from 'node:module';
import type { TrainingActions } from '../../../extension/webviewHost/training/trainingActions.ts';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: 'data:text/javascript,', shortCircuit: true } : next(specifier, context),
});

const { chatPanel } = await import('../../../extension/webviewHost/chat/chatPanel.ts');
const { compareRunsPanel } = await import('../../../extension/webviewHost/compareRunsHost.ts');
const { datasetPanel } = await import('../../../extension/webviewHost/dataset/datasetPanel.ts');
const { lessonPanel } = await import('../../../extension/webviewHost/lessonHost.ts');
const { newRunPanel } = await import('../../../extension/webviewHost/newRunHost.ts');
const { runPanel } = await import('../../../extension/webviewHost/runHost.ts');

const kept = new Map<string, unknown>();
const memento = {
  get: (key: string) => kept.get(key),
  update: async (key: string, value: unknown) => {
    kept.set(key, value);
  },
};

const nowhere: TrainingActions = {
  newRun: () => undefined,
  openRun: () => undefined,
  compareRuns: () => undefined,
  chat: () => undefined,
  importBase: async () => undefined,
  importDataset: async () => undefined,
};

export const panels = {
  chat: chatPanel(memento, () => undefined),
  compareRuns: compareRunsPanel(nowhere),
  dataset: datasetPanel({ train: () => undefined, open: () => undefined, onChanged: () => undefined }),
  lesson: lessonPanel({ ...nowhere, openLesson: () => undefined, onChanged: () => undefined }),
  newRun: newRunPanel(nowhere),
  run: runPanel(nowhere),
};
