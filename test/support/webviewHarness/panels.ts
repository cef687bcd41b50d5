/**
 * The host panels of all pages, outside VS Code. What they ask of VS Code itself (a dialog, the clipboard) is not there:
 * a test that comes to it fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrainingActions } from '../../../extension/webviewHost/training/trainingActions.ts';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: 'data:text/javascript,', shortCircuit: true } : next(specifier, context),
});

const { chatPanel } = await import('../../../extension/webviewHost/chat/chatPanel.ts');
const { ConversationStore } = await import('../../../extension/webviewHost/chat/conversationStore.ts');
const { compareRunsPanel } = await import('../../../extension/webviewHost/compareRunsHost.ts');
const { datasetPanel } = await import('../../../extension/webviewHost/dataset/datasetPanel.ts');
const { lessonPanel } = await import('../../../extension/webviewHost/lessonHost.ts');
const { newRunPanel } = await import('../../../extension/webviewHost/newRunHost.ts');
const { runPanel } = await import('../../../extension/webviewHost/runHost.ts');

/** For as long as the process runs. */
const conversations = mkdtempSync(join(tmpdir(), 'tatara-conversations-'));
process.once('exit', () => rmSync(conversations, { recursive: true, force: true }));
const nothing = { get: () => undefined, update: async () => undefined };

const nowhere: TrainingActions = {
  newRun: () => undefined,
  openRun: () => undefined,
  compareRuns: () => undefined,
  chat: () => undefined,
  importBase: async () => undefined,
  importDataset: async () => undefined,
  importTutorial: async () => undefined,
};

export const panels = {
  chat: chatPanel(new ConversationStore(conversations, nothing), () => undefined),
  compareRuns: compareRunsPanel(nowhere),
  dataset: datasetPanel({ train: () => undefined, open: () => undefined, onChanged: () => undefined }),
  lesson: lessonPanel({ ...nowhere, openLesson: () => undefined, onChanged: () => undefined }),
  newRun: newRunPanel(nowhere),
  run: runPanel(nowhere),
};
