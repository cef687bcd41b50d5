import type { Backend } from '../../backend/client/backend.ts';
import { bringIn } from '../../backend/client/bringIn.ts';
import type { Lesson } from '../../backend/contract/lesson.ts';
import type { Run } from '../../backend/contract/run.ts';
import {
  LessonPageState,
  type LessonStep,
  LessonToHost,
  LessonToPage,
  type Level,
} from '../../webviews/contract/lesson.ts';
import { failureOf } from './failureOf.ts';
import type { Panel, PanelKind, PanelService } from './panel.ts';
import type { TrainingActions } from './training/trainingActions.ts';

/** Where the steps of a lesson lead to. */
export interface LessonActions extends Pick<TrainingActions, 'newRun' | 'openRun' | 'compareRuns' | 'chat'> {
  openLesson(level: Level): void;
  /** Data sets or models were brought in. */
  onChanged(): void;
}

export function lessonPanel(actions: LessonActions): PanelKind<LessonToHost, LessonToPage, LessonPageState> {
  return {
    name: 'lesson',
    toHost: LessonToHost,
    toPage: LessonToPage,
    state: LessonPageState,
    keyOf: ({ level }) => String(level),
    title: ({ level }, language) => ({ en: `Lesson ${level}`, ja: `レッスン ${level}` })[language],
    serve: (panel) => new LessonService(panel, actions),
  };
}

/** So many of the newest runs are looked through for those on the lesson's data. */
const looked = 1000;

class LessonService implements PanelService<LessonToHost> {
  readonly #panel: Panel<LessonToPage, LessonPageState>;
  readonly #actions: LessonActions;
  #lesson: Lesson | null = null;
  #verifying: AbortController | null = null;

  constructor(panel: Panel<LessonToPage, LessonPageState>, actions: LessonActions) {
    this.#panel = panel;
    this.#actions = actions;
  }

  dispose(): void {
    this.#verifying?.abort();
  }

  async receive(message: LessonToHost): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      this.#panel.send({ type: 'failure', failure: failureOf(error, this.#panel.language) });
    }
  }

  async #handle(message: LessonToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.#show();
      case 'look':
        return this.#tellProgress(await this.#panel.backend());
      case 'step':
        return this.#do(message.step);
      case 'stopVerifying':
        return this.#verifying?.abort();
      case 'open':
        return this.#actions.openLesson(message.level);
    }
  }

  async #show(): Promise<void> {
    const backend = await this.#panel.backend();
    const [{ level, markdown, figures }, { lessons }] = await Promise.all([
      this.#read(backend),
      backend.call('listLessons'),
    ]);
    const levels = lessons.map(({ level, title }) => ({ level, title }));
    this.#panel.send({ type: 'lesson', lesson: { level, markdown, figures }, levels });
    await this.#tellProgress(backend);
  }

  async #read(backend: Backend): Promise<Lesson> {
    this.#lesson ??= await backend.call('readLesson', { params: { id: String(this.#panel.state.level) } });
    return this.#lesson;
  }

  async #tellProgress(backend: Backend): Promise<void> {
    const [{ datasets }, { dataset_name: name }, runs] = await Promise.all([
      backend.call('listDatasets'),
      this.#read(backend),
      this.#runs(backend),
    ]);
    const progress = {
      imported: datasets.some((dataset) => dataset.name === name),
      runs: runs.length,
      succeeded: runs.filter(({ state }) => state === 'succeeded').length,
    };
    this.#panel.send({ type: 'progress', progress });
  }

  /** On the lesson's data, by its name: what the data is, the verification finds out. Newest first. */
  async #runs(backend: Backend): Promise<readonly Run[]> {
    const { dataset_name: name } = await this.#read(backend);
    const { runs } = await backend.call('listRuns', { query: { limit: looked } });
    return runs.filter(({ dataset }) => dataset.name === name);
  }

  async #do(step: LessonStep): Promise<void> {
    const backend = await this.#panel.backend();
    switch (step.kind) {
      case 'import':
        return this.#bringIn(backend);
      case 'newRun': {
        await this.#bringIn(backend);
        const { recipe_yaml } = await this.#read(backend);
        const edited = await backend.call('editRecipe', { body: { recipe_yaml, changes: [...step.changes] } });
        return this.#actions.newRun(edited.recipe_yaml);
      }
      case 'runs': {
        const [newest] = await this.#runs(backend);
        if (newest) this.#actions.openRun(newest.id);
        return;
      }
      case 'compare':
        return this.#actions.compareRuns((await this.#runs(backend)).slice(0, 2).map(({ id }) => id));
      case 'ask': {
        const tuned = (await this.#runs(backend)).find(({ state }) => state === 'succeeded');
        if (tuned) this.#actions.chat(tuned.base.name, tuned.name);
        return;
      }
      case 'verify':
        return this.#verify(backend);
    }
  }

  async #bringIn(backend: Backend): Promise<void> {
    await bringIn(backend, (await this.#read(backend)).files);
    this.#actions.onChanged();
    await this.#tellProgress(backend);
  }

  async #verify(backend: Backend): Promise<void> {
    this.#verifying?.abort();
    const verifying = new AbortController();
    this.#verifying = verifying;
    try {
      const { passed, checks, answers } = await backend.call('verifyLesson', {
        params: { id: String(this.#panel.state.level) },
        signal: verifying.signal,
      });
      this.#panel.send({ type: 'verified', verified: { passed, checks, answers } });
      await this.#tellProgress(backend);
    } catch (error) {
      if (!verifying.signal.aborted) throw error;
      this.#panel.send({ type: 'stopped' });
    }
  }
}
