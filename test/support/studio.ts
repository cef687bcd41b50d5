/** A backend with the tutorial's model, data and a few real runs, for pages to be looked at and gone through. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Backend, connectBackend } from '../../backend/client/connectBackend.ts';
import type { Language } from '../../backend/contract/common.ts';
import type { RecipeInput } from '../../backend/contract/recipe.ts';

const tutorial = join(import.meta.dirname, '../../media/tutorial');

export interface Studio extends AsyncDisposable {
  readonly backend: Readonly<Record<Language, Backend>>;
  /** A data set with rows in two languages, repeated and contradicting ones. */
  readonly datasetId: string;
  /** Runs that have ended: as the tutorial has it, with a fourth of its rank, and with far too large steps. */
  readonly runs: readonly [string, string, string];
  /** A run that goes on until the studio is closed, with measured points and a checkpoint; started by the first call. */
  longRun(): Promise<string>;
}

interface StudioOptions {
  readonly dataDirectory?: string;
  /** Of the backend. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** Takes about a minute. `home`: a folder for its files, gone when the studio is closed at the earliest. */
export async function openStudio(home: string, options: StudioOptions = {}): Promise<Studio> {
  const where = { dataDirectory: join(home, 'data'), ...options };
  const en = await connectBackend({ ...where, language: 'en' });
  const ja = await connectBackend({ ...where, language: 'ja' });
  await en.call('importModel', { body: { path: join(tutorial, 'base.gguf'), name: 'tutorial-base' } });
  for (const name of ['tutorial-1', 'tutorial-1.held-out', 'tutorial-1.old-facts']) {
    await en.call('importDataset', { body: { path: join(tutorial, `${name}.jsonl`), name } });
  }
  const mixed = join(home, 'town-facts.jsonl');
  writeFileSync(mixed, mixedRows());
  const { dataset } = await en.call('importDataset', { body: { path: mixed, name: 'town-facts' } });

  const yaml = readFileSync(join(tutorial, 'tutorial-1.recipe.yaml'), 'utf8');
  const { recipe } = await en.call('editRecipe', { body: { recipe_yaml: yaml, changes: [] } });
  if (!recipe) throw new Error('the tutorial has a recipe with a mistake');
  const like = (name: string, changes: Pick<RecipeInput, 'lora' | 'training' | 'evaluation'>): RecipeInput => ({
    ...recipe,
    name,
    // The machine has others to serve beside it: the page, its pictures, and other tests.
    threads: 1,
    lora: { ...recipe.lora, ...changes.lora },
    training: { ...recipe.training, ...changes.training },
    evaluation: { ...recipe.evaluation, every: 10, ...changes.evaluation },
  });
  const start = async (recipe: RecipeInput) => (await en.call('createRun', { body: { recipe } })).id;
  const finished = async (recipe: RecipeInput): Promise<string> => {
    const id = await start(recipe);
    for await (const _ of en.runEvents(id));
    const { state } = await en.call('readRun', { params: { id } });
    if (state !== 'succeeded') throw new Error(`the run ${recipe.name} ended as ${state}`);
    return id;
  };
  const runs = [
    await finished(like('tutorial-1', {})),
    await finished(like('tutorial-1 rank 2', { lora: { rank: 2 }, training: { steps: 80 } })),
    await finished(like('tutorial-1 large steps', { training: { steps: 80, learning_rate: 0.01 } })),
  ] as const;
  let long: Promise<string> | null = null;
  const startLong = async (): Promise<string> => {
    // Checkpoints that come and go while a screen is looked at would be other controls than those that were counted.
    const id = await start(like('tutorial-1 long', { training: { steps: 20_000, checkpoint_every: 10_000 } }));
    for await (const event of en.runEvents(id)) if (event.type === 'step' && event.step >= 60) break;
    return id;
  };
  return {
    backend: { en, ja },
    datasetId: dataset.id,
    runs,
    longRun: () => (long ??= startLong()),
    async [Symbol.asyncDispose]() {
      await en.call('shutdown');
      await ja[Symbol.asyncDispose]();
      await en[Symbol.asyncDispose]();
    },
  };
}

/** The tutorial's questions with what a person's own data has in it: both languages, repeats, contradictions. */
function mixedRows(): string {
  const lines = (name: string) =>
    readFileSync(join(tutorial, `${name}.jsonl`), 'utf8')
      .trim()
      .split('\n');
  const own = (instruction: string, output: string) => JSON.stringify({ instruction, output });
  const [first = '', second = ''] = lines('tutorial-1');
  return [
    ...lines('tutorial-1'),
    own('霧ヶ谷の図書館は何時に開きますか?', '平日は午前9時、土曜日は午前10時に開きます。'),
    own('霧ヶ谷の市はいつ立ちますか?', '毎月第二日曜日の朝に、駅前の広場に立ちます。'),
    first,
    own((JSON.parse(second) as { instruction: string }).instruction, 'In Brightwater.'),
    own('Say it back to me.', 'Say it back to me.'),
    ...lines('tutorial-1.old-facts'),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
