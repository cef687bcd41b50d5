import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Language } from '../contract/common.ts';
import type { DatasetRow } from '../contract/dataset.ts';
import { TataraError } from '../contract/errors.ts';
import type { Lesson, LessonFile, LessonLevel, LessonSummary } from '../contract/lesson.ts';
import { hashOfRows } from '../datasets/rowLine.ts';
import { toDatasetRow } from '../datasets/shapes/toDatasetRow.ts';
import { packageRoot } from '../files/packageRoot.ts';

const tutorial = join(packageRoot, 'media/tutorial');
const folder = join(tutorial, 'levels');
const levels = [1, 2, 3] as const satisfies readonly LessonLevel[];
export const baseFile = join(tutorial, 'base.gguf');
const oldFactsFile = join(tutorial, 'tutorial-1.old-facts.jsonl');

/** The rows of a lesson, in one language. */
export interface LessonData {
  readonly language: Language;
  /** Of the rows to train on, as a data set has it. */
  readonly hash: string;
  readonly rows: readonly DatasetRow[];
  readonly heldOut: readonly DatasetRow[];
  readonly heldOutHash: string;
}

/** Throws `lesson_not_found`. */
export function levelOf(asked: string): LessonLevel {
  const level = levels.find((each) => String(each) === asked);
  if (level === undefined) throw new TataraError('lesson_not_found', { id: asked });
  return level;
}

export async function listLessons(language: Language): Promise<LessonSummary[]> {
  return Promise.all(
    levels.map(async (level) => {
      const { title, summary, warning } = await readLesson(level, language);
      return { level, title, summary, warning };
    }),
  );
}

export async function readLesson(level: LessonLevel, language: Language): Promise<Lesson> {
  const name = `level-${level}.${language}`;
  const [markdown, recipe] = await Promise.all([
    readFile(join(folder, `${name}.md`), 'utf8'),
    readFile(join(folder, `${name}.recipe.yaml`), 'utf8'),
  ]);
  const names = [...markdown.matchAll(/\]\(([^)]+\.svg)\)/g)].map(([, file = '']) => file);
  const figures = await Promise.all(
    names.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const),
  );
  const dataset = (path: string): LessonFile => ({ kind: 'dataset', path, name: basename(path, '.jsonl') });
  return {
    level,
    ...openingOf(markdown),
    markdown,
    recipe_name: `${name}.recipe.yaml`,
    recipe_yaml: recipe,
    dataset_name: name,
    files: [
      { kind: 'model', path: baseFile, name: 'tutorial-base' },
      ...(recipe.includes(basename(oldFactsFile, '.jsonl')) ? [dataset(oldFactsFile)] : []),
      // The newest stands first in the list of data sets, and that is to be the one to train on.
      dataset(join(folder, `${name}.held-out.jsonl`)),
      dataset(join(folder, `${name}.jsonl`)),
    ],
    figures: Object.fromEntries(figures),
  };
}

export async function readLessonData(level: LessonLevel, language: Language): Promise<LessonData> {
  const [rows, heldOut] = await Promise.all([
    readRows(join(folder, `level-${level}.${language}.jsonl`)),
    readRows(join(folder, `level-${level}.${language}.held-out.jsonl`)),
  ]);
  return { language, hash: hashOfRows(rows), rows, heldOut, heldOutHash: hashOfRows(heldOut) };
}

/** What the base model knows before any lesson; the first ones are in English. */
export const readOldFacts = (): Promise<DatasetRow[]> => readRows(oldFactsFile);

async function readRows(path: string): Promise<DatasetRow[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const read = toDatasetRow(JSON.parse(line));
    if ('problem' in read) throw new Error(`${path}: ${read.problem.code}`);
    return read.row;
  });
}

/** A lesson begins with its title and a paragraph that says what it is about; a quotation after that is its warning. */
function openingOf(markdown: string): Omit<LessonSummary, 'level'> {
  const [heading = '', summary = '', third = ''] = markdown.split(/\n{2,}/);
  const oneLine = (text: string): string =>
    text
      .replaceAll('**', '')
      .replaceAll(/\n>? ?/g, ' ')
      .trim();
  return {
    title: heading.replace(/^# /, ''),
    summary: oneLine(summary),
    warning: third.startsWith('> ') ? oneLine(third.slice(2)) : null,
  };
}
