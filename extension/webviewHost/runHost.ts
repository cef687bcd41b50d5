import * as vscode from 'vscode';
import {
  type CheckpointAction,
  type RunAction,
  RunPageState,
  RunToHost,
  RunToPage,
} from '../../webviews/contract/run.ts';
import type { Panel, PanelKind, PanelService } from './panel.ts';
import { askExport, askSteps } from './training/askExport.ts';
import { RunFollower } from './training/runFollower.ts';
import { saveFile } from './training/saveFile.ts';
import type { TrainingActions } from './training/trainingActions.ts';

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

/** The page of one run: what is told to it, and what is done from it. */
class RunService implements PanelService<RunToHost> {
  readonly #panel: Panel<RunToPage, RunPageState>;
  readonly #actions: TrainingActions;
  readonly #back: vscode.Disposable;
  readonly #follower: RunFollower;

  constructor(panel: Panel<RunToPage, RunPageState>, actions: TrainingActions) {
    this.#panel = panel;
    this.#actions = actions;
    this.#follower = new RunFollower({
      runId: panel.state.runId,
      language: panel.language,
      backend: () => panel.backend(),
      send: (message) => panel.send(message),
      onNamed: (name) => panel.setTitle(name),
    });
    this.#back = panel.onBackendBack(() => void this.#follower.follow());
  }

  async receive(message: RunToHost): Promise<void> {
    const name = this.#follower.run?.name ?? 'run';
    switch (message.type) {
      case 'ready':
        return this.#follower.follow();
      case 'showLog':
        await vscode.commands.executeCommand('tatara.showLog');
        return;
      case 'do':
        return this.#do(message.action);
      case 'checkpoint':
        return this.#doCheckpoint(message.action, message.step);
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
    this.#follower[Symbol.dispose]();
    this.#back.dispose();
  }

  async #do(action: RunAction): Promise<void> {
    const { run, adapter } = this.#follower;
    if (!run) return;
    const backend = await this.#panel.backend();
    const params = { id: run.id };
    switch (action) {
      case 'pause':
        await backend.call('pauseRun', { params });
        return;
      case 'stop':
        await backend.call('cancelRun', { params });
        return this.#follower.follow();
      case 'resume':
        await backend.call('resumeRun', { params });
        return this.#follower.follow();
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
        if (adapter) this.#actions.chat(run.base.name, adapter.name);
        return;
      case 'makeDefault':
        if (adapter) await backend.call('chooseDefaultModel', { body: { model: adapter.id } });
        return this.#follower.refresh();
      case 'export':
        return this.#export(run.name);
      case 'origin':
        if (run.continued_from) this.#actions.openRun(run.continued_from.id);
    }
  }

  async #doCheckpoint(action: CheckpointAction, step: number): Promise<void> {
    const { run } = this.#follower;
    if (!run) return;
    if (action === 'export') return this.#export(`${run.name}-step-${step}`, step);
    const backend = await this.#panel.backend();
    const params = { id: run.id };
    if (action === 'chat') {
      const { name } = await backend.call('useCheckpoint', { params, body: { step } });
      this.#actions.chat(run.base.name, name);
      return;
    }
    // At its end a run has nothing left to do, unless it is told to.
    const steps = step < run.steps ? undefined : await askSteps(step, this.#panel.language);
    if (steps === null) return;
    const body = { step, ...(steps === undefined ? {} : { steps }) };
    this.#actions.openRun((await backend.call('continueRun', { params, body })).id);
  }

  async #export(name: string, step?: number): Promise<void> {
    const { run } = this.#follower;
    const target = run && (await askExport(name, run.recipe.method, this.#panel.language));
    if (!target) return;
    const title = { en: 'Exporting …', ja: '書き出しています …' }[this.#panel.language];
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title }, async () => {
      const backend = await this.#panel.backend();
      // The dialog has asked whether a file may be replaced.
      const body = { ...target, overwrite: target.format === 'gguf', ...(step === undefined ? {} : { step }) };
      await backend.call('exportRun', { params: { id: run.id }, body });
    });
  }
}
