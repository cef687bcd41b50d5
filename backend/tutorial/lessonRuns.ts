import type { Dataset, DatasetRow } from '../contract/dataset.ts';
import type { LessonLevel } from '../contract/lesson.ts';
import type { Recipe } from '../contract/recipe.ts';
import { rowKey } from '../datasets/rowKey.ts';
import type { Answerers, ModelFile } from '../training/ports.ts';
import type { RunRecord, RunStore } from '../training/runStore.ts';
import { type LessonData, readLessonData } from './lessonFiles.ts';

/** What a lesson is checked with. */
export interface LessonEnvironment {
  readonly store: Pick<RunStore, 'list' | 'eventsOfTypes'>;
  readonly dataset: (id: string) => Dataset | null;
  readonly rows: (dataset: Dataset) => AsyncIterable<DatasetRow>;
  readonly answerers: Answerers;
  /** The file of a base or of an adapter on its base, by id; null where it is gone. */
  readonly modelFile: (id: string) => Promise<ModelFile | null>;
}

/** A run that was made on a lesson's data and whose tuned model can be asked. */
export interface LessonRun {
  readonly run: RunRecord;
  readonly base: ModelFile;
  readonly tuned: ModelFile;
}

export interface LessonRuns {
  /** In the language of the newest run. */
  readonly data: LessonData;
  /** Newest first. */
  readonly runs: readonly LessonRun[];
  /** Runs on the data that have not ended well, or whose models are gone, newest first. */
  readonly unfit: readonly RunRecord[];
}

/** So many runs are looked at, and a data set of so many rows may be the lesson's with rows added. */
const most = 1000;

/** The runs on a lesson's rows: on its data set, whatever name it has, or on one that has all of its rows and others. */
export async function findLessonRuns(environment: LessonEnvironment, level: LessonLevel): Promise<LessonRuns> {
  const both = await Promise.all([readLessonData(level, 'en'), readLessonData(level, 'ja')]);
  const known = new Map<string, LessonData | null>(both.map((data) => [data.hash, data]));
  const dataOf = async ({ dataset: { id, hash } }: RunRecord): Promise<LessonData | null> => {
    const seen = known.get(hash);
    if (seen !== undefined) return seen;
    const found = await withAllRowsOf(environment, id, both);
    known.set(hash, found);
    return found;
  };
  let data: LessonData | null = null;
  const runs: LessonRun[] = [];
  const unfit: RunRecord[] = [];
  for (const run of environment.store.list({ offset: 0, limit: most }).runs) {
    const found = await dataOf(run);
    if (found === null || (data !== null && found !== data)) continue;
    const [base, tuned] = await filesOf(environment, run);
    if (run.state !== 'succeeded' || base === null || tuned === null) {
      unfit.push(run);
      continue;
    }
    data ??= found;
    runs.push({ run, base, tuned });
  }
  return { data: data ?? both[0], runs, unfit };
}

async function withAllRowsOf(
  { dataset, rows }: LessonEnvironment,
  id: string,
  both: readonly LessonData[],
): Promise<LessonData | null> {
  const stored = dataset(id);
  if (stored === null || stored.rows > most) return null;
  const keys = new Set<string>();
  for await (const row of rows(stored)) keys.add(rowKey(row));
  return both.find((data) => data.rows.every((row) => keys.has(rowKey(row)))) ?? null;
}

async function filesOf(
  { modelFile }: LessonEnvironment,
  run: RunRecord,
): Promise<[ModelFile | null, ModelFile | null]> {
  const made = run.adapterId ?? run.modelId;
  return Promise.all([modelFile(run.base.id), made === null ? null : modelFile(made)]);
}

/** The settings in which two recipes differ, beside their names, what is only measured, and what is let through. */
export function differingSettings(one: Recipe, other: Recipe, except: readonly string[]): string[] {
  const [a, b] = [settingsOf(one), settingsOf(other)];
  const ignored = ['name', 'base', 'dataset', 'threads', 'device', ...except];
  return [...new Set([...a.keys(), ...b.keys()])].filter(
    (path) => !ignored.includes(path) && !path.startsWith('evaluation.') && a.get(path) !== b.get(path),
  );
}

function settingsOf(recipe: Recipe): Map<string, string> {
  const settings = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [key, each] of Object.entries(value)) walk(each, path ? `${path}.${key}` : key);
    } else settings.set(path, JSON.stringify(value));
  };
  walk(recipe, '');
  return settings;
}
