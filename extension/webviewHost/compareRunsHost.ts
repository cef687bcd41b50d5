import { ComparePageState, CompareToHost, CompareToPage } from '../../webviews/contract/compareRuns.ts';
import { failureOf } from './failureOf.ts';
import type { Panel, PanelKind } from './panel.ts';
import { hasCode } from './training/hasCode.ts';
import { readMetrics } from './training/readMetrics.ts';
import { comparedRun, metricsView } from './training/runView.ts';
import { saveFile } from './training/saveFile.ts';
import type { TrainingActions } from './training/trainingActions.ts';

export function compareRunsPanel(actions: TrainingActions): PanelKind<CompareToHost, CompareToPage, ComparePageState> {
  return {
    name: 'compareRuns',
    toHost: CompareToHost,
    toPage: CompareToPage,
    state: ComparePageState,
    keyOf: ({ ids }) => ids.join(' '),
    title: (_, language) => ({ en: 'Compare runs', ja: '学習の比較' })[language],
    serve(panel) {
      const back = panel.onBackendBack(() => void sendChoices(panel));
      return { receive: (message) => receive(panel, actions, message), dispose: () => back.dispose() };
    },
  };
}

type ComparePanel = Panel<CompareToPage, ComparePageState>;

async function receive(panel: ComparePanel, actions: TrainingActions, message: CompareToHost): Promise<void> {
  switch (message.type) {
    case 'ready':
      await sendChoices(panel);
      await Promise.all(message.ids.map((id) => sendRun(panel, id)));
      return;
    case 'read':
      return sendRun(panel, message.id);
    case 'open':
      return actions.openRun(message.id);
    case 'savePng':
      await saveFile('runs', 'png', Buffer.from(message.data, 'base64'));
      return;
    case 'saveCsv':
      await saveFile('runs', 'csv', Buffer.from(message.text, 'utf8'));
  }
}

async function sendChoices(panel: ComparePanel): Promise<void> {
  try {
    const backend = await panel.backend();
    const runs = [];
    for (let offset = 0; ; ) {
      const part = await backend.call('runSummaries', { query: { offset, limit: 200 } });
      runs.push(...part.runs.map(({ id, name, state, created_at }) => ({ id, name, state, created_at })));
      offset += part.runs.length;
      if (part.runs.length === 0 || offset >= part.total) break;
    }
    panel.send({ type: 'choices', runs });
  } catch (error) {
    panel.send({ type: 'failure', failure: failureOf(error, panel.language) });
  }
}

async function sendRun(panel: ComparePanel, id: string): Promise<void> {
  try {
    const backend = await panel.backend();
    const params = { id };
    const run = comparedRun(await backend.call('readRun', { params }));
    let isFirst = true;
    for await (const page of readMetrics(backend, id)) {
      const metrics = metricsView(page);
      panel.send(isFirst ? { type: 'run', run, metrics } : { type: 'more', id, metrics });
      isFirst = false;
    }
  } catch (error) {
    if (hasCode(error, 'run_not_found')) panel.send({ type: 'gone', id });
    else panel.send({ type: 'failure', failure: failureOf(error, panel.language) });
  }
}
