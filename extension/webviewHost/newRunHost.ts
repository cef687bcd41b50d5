import type * as vscode from 'vscode';
import type { RecipeRecommend } from '../../backend/contract/recipeEdit.ts';
import { flattenRecipe } from '../../backend/contract/settings.ts';
import { NewRunPageState, NewRunToHost, NewRunToPage } from '../../webviews/contract/newRun.ts';
import { failureOf } from './failureOf.ts';
import type { Panel, PanelKind, PanelService } from './panel.ts';
import { measureWhenFree } from './training/measureWhenFree.ts';
import { saveFile } from './training/saveFile.ts';
import type { TrainingActions } from './training/trainingActions.ts';

type During = Extract<NewRunToPage, { type: 'failure' }>['during'];
type Edit = Extract<NewRunToHost, { type: 'edit' }>;

export function newRunPanel(actions: TrainingActions): PanelKind<NewRunToHost, NewRunToPage, NewRunPageState> {
  return {
    name: 'newRun',
    toHost: NewRunToHost,
    toPage: NewRunToPage,
    state: NewRunPageState,
    // A recipe is a new page; the same one again is the page that is there.
    keyOf: ({ yaml }) => yaml,
    title: (_, language) => ({ en: 'New run', ja: '新しい学習' })[language],
    serve: (panel) => new NewRunService(panel, actions),
  };
}

class NewRunService implements PanelService<NewRunToHost> {
  readonly #panel: Panel<NewRunToPage, NewRunPageState>;
  readonly #actions: TrainingActions;
  readonly #back: vscode.Disposable;
  #measuring = new AbortController();
  /** Told again to a page that was hidden meanwhile. */
  #measured: Extract<NewRunToPage, { type: 'measured' }> | null = null;

  constructor(panel: Panel<NewRunToPage, NewRunPageState>, actions: TrainingActions) {
    this.#panel = panel;
    this.#actions = actions;
    this.#back = panel.onBackendBack(() => void this.#attempt('open', () => this.#sendChoices()));
  }

  async receive(message: NewRunToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#attempt('open', () => this.#sendChoices());
      case 'edit':
        return this.#attempt('edit', () => this.#edit(message));
      case 'recommend': {
        const { type: _, ...asked } = message;
        return this.#attempt('recommend', () => this.#recommend(asked));
      }
      case 'measure':
        return this.#attempt('measure', () => this.#measure(message.yaml));
      case 'stopMeasuring':
        this.#measuring.abort();
        return;
      case 'start':
        return this.#attempt('start', () => this.#start(message.yaml));
      case 'save':
        return this.#attempt('save', () => this.#save(message.yaml));
      case 'import':
        await this.#import(message.what);
        return this.#attempt('open', () => this.#sendChoices());
    }
  }

  dispose(): void {
    this.#measuring.abort();
    this.#back.dispose();
  }

  /** What goes wrong is told where it happened. */
  async #attempt(during: During, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const failure = failureOf(error, this.#panel.language);
      this.#panel.send({ type: 'failure', during, failure });
    }
  }

  async #sendChoices(): Promise<void> {
    const backend = await this.#panel.backend();
    const [{ models }, { datasets }] = await Promise.all([backend.call('listBases'), backend.call('listDatasets')]);
    const bases = models
      .filter(({ available }) => available)
      .map(({ name, bytes, facts }) => {
        const { parameters, file_type, context_length, licence, training_refusal: refusal } = facts;
        const known = { name, bytes, parameters, file_type, context_length, refusal: refusal?.message ?? null };
        return licence === undefined ? known : { ...known, licence };
      });
    // The name alone means the newest version.
    const newest = new Map<string, (typeof datasets)[number]>();
    for (const dataset of datasets) {
      if (dataset.version > (newest.get(dataset.name)?.version ?? 0)) newest.set(dataset.name, dataset);
    }
    const choices = [...newest.values()].map(({ name, version, rows }) => ({ name, version, rows }));
    this.#panel.send({ type: 'choices', bases, datasets: choices });
    if (this.#measured) this.#panel.send(this.#measured);
  }

  #import(what: Extract<NewRunToHost, { type: 'import' }>['what']): Promise<void> {
    switch (what) {
      case 'base':
        return this.#actions.importBase();
      case 'dataset':
        return this.#actions.importDataset();
      case 'tutorial':
        return this.#actions.importTutorial();
    }
  }

  async #edit({ revision, yaml: recipe_yaml, changes }: Edit): Promise<void> {
    const backend = await this.#panel.backend();
    const {
      recipe_yaml: yaml,
      recipe,
      problems,
    } = await backend.call('editRecipe', { body: { recipe_yaml, changes } });
    const found = problems.map(({ message, line, path }) => ({
      message,
      ...(line === undefined ? {} : { line }),
      ...(path === undefined ? {} : { path }),
    }));
    this.#panel.send({ type: 'recipe', revision, yaml, settings: recipe && flattenRecipe(recipe), problems: found });
  }

  async #recommend(body: RecipeRecommend): Promise<void> {
    const backend = await this.#panel.backend();
    const { settings } = await backend.call('recommendRecipe', { body });
    this.#panel.send({ type: 'recommended', effort: body.effort, settings });
  }

  async #measure(yaml: string): Promise<void> {
    this.#measuring.abort();
    this.#measuring = new AbortController();
    const { signal } = this.#measuring;
    const backend = await this.#panel.backend();
    try {
      const measured = await measureWhenFree(backend, yaml, signal, ({ run, secondsLeft }) =>
        this.#panel.send({ type: 'waiting', run, seconds_left: secondsLeft }),
      );
      if (signal.aborted) return;
      this.#measured = { type: 'measured', yaml, measured };
      this.#panel.send(this.#measured);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async #start(yaml: string): Promise<void> {
    const backend = await this.#panel.backend();
    const run = await backend.call('createRun', { body: { recipe_yaml: yaml } });
    this.#panel.send({ type: 'started' });
    this.#actions.openRun(run.id);
    this.#panel.close();
  }

  async #save(yaml: string): Promise<void> {
    await saveFile('recipe', 'yaml', Buffer.from(yaml, 'utf8'));
  }
}
