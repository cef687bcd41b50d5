import * as vscode from 'vscode';
import type { Backend } from '../../backend/client/backend.ts';
import type { Adapter } from '../../backend/contract/model.ts';
import type { Run, RunEvent } from '../../backend/contract/run.ts';
import { type RunAction, RunPageState, RunToHost, RunToPage } from '../../webviews/contract/run.ts';
import { failureOf } from './failureOf.ts';
import type { Panel, PanelKind, PanelService } from './panel.ts';
import { hasCode } from './training/hasCode.ts';
import { MetricsBuffer } from './training/metricsBuffer.ts';
import { readMetrics } from './training/readMetrics.ts';
import { metricsView, runView } from './training/runView.ts';
import { askWhere, saveFile } from './training/saveFile.ts';
import type { TrainingActions } from './training/trainingActions.ts';

/** How often a page gets what has come, ms: often enough to look alive. */
const flushEvery = 250;

export function runPanel(actions: TrainingActions): PanelKind<RunToHost, RunToPage, RunPageState> {
  return {
    name: 'run',
    toHost: RunToHost,
    toPage: RunToPage,
    state: RunPageState,
    keyOf: ({ runId }) => runId,
    title: (_, language) => ({ en: 'Run', ja: '学習' })[language],
    serve: (panel) => new RunService(panel, actions),
  };
}

/** Follows one run for its page. A page that shows itself anew gets everything again and then only what comes. */
class RunService implements PanelService<RunToHost> {
  readonly #panel: Panel<RunToPage, RunPageState>;
  readonly #actions: TrainingActions;
  readonly #back: vscode.Disposable;
  #following = new AbortController();
  #run: Run | null = null;
  #adapter: Adapter | null = null;

  constructor(panel: Panel<RunToPage, RunPageState>, actions: TrainingActions) {
    this.#panel = panel;
    this.#actions = actions;
    this.#back = panel.onBackendBack(() => void this.#follow());
  }

  async receive(message: RunToHost): Promise<void> {
    const name = this.#run?.name ?? 'run';
    switch (message.type) {
      case 'ready':
        return this.#follow();
      case 'do':
        return this.#do(message.action);
      case 'savePng':
        await saveFile(name, 'png', Buffer.from(message.data, 'base64'));
        return;
      case 'saveCsv':
        await saveFile(name, 'csv', Buffer.from(message.text, 'utf8'));
        return;
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
    }
  }

  dispose(): void {
    this.#following.abort();
    this.#back.dispose();
  }

  async #follow(): Promise<void> {
    this.#following.abort();
    this.#following = new AbortController();
    const { signal } = this.#following;
    try {
      const backend = await this.#panel.backend();
      await this.#read(backend);
      let last = 0;
      let type: 'metrics' | 'more' = 'metrics';
      for await (const page of readMetrics(backend, this.#panel.state.runId, signal)) {
        if (signal.aborted) return;
        this.#panel.send({ type, metrics: metricsView(page) });
        type = 'more';
        last = page.last_event;
      }
      await this.#followEvents(backend, last, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (hasCode(error, 'run_not_found')) this.#panel.send({ type: 'gone' });
      else this.#panel.send({ type: 'failure', failure: failureOf(error, this.#panel.language) });
    }
  }

  async #followEvents(backend: Backend, after: number, signal: AbortSignal): Promise<void> {
    const buffer = new MetricsBuffer();
    let newest: Run | null = null;
    const flush = (): void => {
      const more = buffer.take();
      if (more) this.#panel.send({ type: 'more', metrics: more });
      if (newest) this.#show(newest);
      newest = null;
    };
    const timer = setInterval(flush, flushEvery);
    try {
      for await (const event of backend.runEvents(this.#panel.state.runId, { after, signal })) {
        if (signal.aborted) return;
        buffer.add(event);
        if (event.type === 'ready') {
          flush();
          this.#panel.send({ type: 'restart', firstStep: event.first_step });
        } else if (event.type === 'phase') {
          this.#panel.send({ type: 'phase', phase: event.phase, fraction: event.fraction });
        } else if (event.type === 'state' || event.type === 'evaluation') {
          flush();
          await this.#read(backend);
        } else if (this.#run) {
          newest = withEvent(newest ?? this.#run, event);
        }
      }
      flush();
      await this.#read(backend);
    } finally {
      clearInterval(timer);
    }
  }

  async #read(backend: Backend): Promise<void> {
    const run = await backend.call('readRun', { params: { id: this.#panel.state.runId } });
    if (run.adapter_id !== null && run.adapter_id !== this.#adapter?.id) {
      this.#adapter = await backend.call('readAdapter', { params: { id: run.adapter_id } });
    } else if (run.adapter_id === null) {
      this.#adapter = null;
    }
    this.#panel.setTitle(run.name);
    this.#show(run);
  }

  #show(run: Run): void {
    this.#run = run;
    this.#panel.send({ type: 'run', run: runView(run, this.#adapter) });
  }

  async #do(action: RunAction): Promise<void> {
    const run = this.#run;
    if (!run) return;
    const backend = await this.#panel.backend();
    const params = { id: run.id };
    switch (action) {
      case 'pause':
        await backend.call('pauseRun', { params });
        return;
      case 'stop':
        await backend.call('cancelRun', { params });
        return this.#follow();
      case 'resume':
        await backend.call('resumeRun', { params });
        return this.#follow();
      case 'again':
        this.#actions.newRun((await backend.call('runRecipe', { params })).recipe_yaml);
        return;
      case 'recipe': {
        const { recipe_yaml: content } = await backend.call('runRecipe', { params });
        const document = await vscode.workspace.openTextDocument({ language: 'yaml', content });
        await vscode.window.showTextDocument(document, { preview: true });
        return;
      }
      case 'compare':
        this.#actions.compareRuns([run.id]);
        return;
      case 'chat':
        if (this.#adapter) this.#actions.chat(run.base.name, this.#adapter.name);
        return;
      case 'export': {
        const adapter = this.#adapter;
        const target = adapter && (await askWhere(adapter.name, 'gguf'));
        if (target) await vscode.workspace.fs.copy(vscode.Uri.file(adapter.path), target, { overwrite: true });
      }
    }
  }
}

/** The run as it is after an event that does not change its state. */
function withEvent(run: Run, event: RunEvent): Run {
  if (event.type === 'step') {
    const { step, steps, loss, seconds_left } = event;
    return { ...run, step, steps, train_loss: loss, seconds_left };
  }
  if (event.type === 'held_out') return { ...run, held_out_loss: event.loss };
  if (event.type === 'checkpoint') return { ...run, checkpoint_step: event.step };
  return run;
}
