import * as z from 'zod';
import { AnsweredRow } from './run.ts';

export const LessonLevel = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type LessonLevel = z.infer<typeof LessonLevel>;

export const LessonSummary = z.object({
  level: LessonLevel,
  title: z.string(),
  summary: z.string(),
  /** What must be known before the data is used for anything else; null: nothing. */
  warning: z.string().nullable(),
});
export type LessonSummary = z.infer<typeof LessonSummary>;

/** A file that the lesson works with, on this machine, and the name under which it is imported. */
export const LessonFile = z.object({ kind: z.enum(['model', 'dataset']), path: z.string(), name: z.string() });
export type LessonFile = z.infer<typeof LessonFile>;

/**
 * A lesson in the reader's language. Links of its Markdown that name a file of the lesson, or `#runs`, `#compare`, `#ask`
 * and `#verify`, are steps: a reader of the file follows them as they stand, the page makes buttons of them.
 */
export const Lesson = LessonSummary.extend({
  markdown: z.string(),
  recipe_name: z.string(),
  recipe_yaml: z.string(),
  dataset_name: z.string(),
  files: z.array(LessonFile),
  /** The pictures as SVG, by the names that the Markdown has for them. */
  figures: z.record(z.string(), z.string()),
});
export type Lesson = z.infer<typeof Lesson>;

/** One thing that the lesson asks for, measured. */
export const LessonCheck = z.object({
  id: z.string(),
  passed: z.boolean(),
  title: z.string(),
  /** What was found, with its figures. */
  measured: z.string(),
  /** What to do where it was not passed; null where it was, or where another check comes first. */
  next: z.string().nullable(),
});
export type LessonCheck = z.infer<typeof LessonCheck>;

export const LessonVerification = z.object({
  level: LessonLevel,
  passed: z.boolean(),
  checks: z.array(LessonCheck),
  /** The runs that were looked at, newest first. */
  runs: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What base and tuned model answered to the lesson's questions; empty where there was no tuned model to ask. */
  answers: z.array(AnsweredRow),
});
export type LessonVerification = z.infer<typeof LessonVerification>;
