import * as z from 'zod';
import { Failure } from './failure.ts';
import { Answer } from './training.ts';

const Level = z.union([z.literal(1), z.literal(2), z.literal(3)]);
export type Level = z.infer<typeof Level>;

export const LessonView = z.object({
  level: Level,
  markdown: z.string(),
  /** SVG by the name under which the Markdown has it. */
  figures: z.record(z.string(), z.string()),
});
export type LessonView = z.infer<typeof LessonView>;

/** How far the reader is, so that the page knows the next step. */
export const LessonProgress = z.object({
  imported: z.boolean(),
  /** Runs on the data of the lesson: all, and those that ended well. */
  runs: z.int(),
  succeeded: z.int(),
});
export type LessonProgress = z.infer<typeof LessonProgress>;

export const LessonVerified = z.object({
  passed: z.boolean(),
  checks: z.array(
    z.object({
      id: z.string(),
      passed: z.boolean(),
      title: z.string(),
      measured: z.string(),
      next: z.string().nullable(),
    }),
  ),
  answers: z.array(Answer),
});
export type LessonVerified = z.infer<typeof LessonVerified>;

export const LessonToPage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('lesson'),
    lesson: LessonView,
    levels: z.array(z.object({ level: Level, title: z.string() })),
  }),
  z.object({ type: z.literal('progress'), progress: LessonProgress }),
  z.object({ type: z.literal('verified'), verified: LessonVerified }),
  z.object({ type: z.literal('stopped') }),
  z.object({ type: z.literal('failure'), failure: Failure }),
]);
export type LessonToPage = z.infer<typeof LessonToPage>;

const RecipeChange = z.object({ path: z.string(), value: z.union([z.string(), z.number()]) });

/** What a link of a lesson does in the editor; read on the web it leads to the file that it names. */
export const LessonStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import') }),
  z.object({ kind: z.literal('newRun'), changes: z.array(RecipeChange) }),
  z.object({ kind: z.literal('runs') }),
  z.object({ kind: z.literal('compare') }),
  z.object({ kind: z.literal('ask') }),
  z.object({ kind: z.literal('verify') }),
]);
export type LessonStep = z.infer<typeof LessonStep>;

/** Null where the link is no step. `x.recipe.yaml#lora.rank=1&lora.alpha=2` opens the recipe with these settings. */
export function lessonStep(href: string): LessonStep | null {
  const [file = '', fragment = ''] = href.split('#');
  if (file.endsWith('.jsonl')) return { kind: 'import' };
  if (file.endsWith('.recipe.yaml')) {
    const changes = [...new URLSearchParams(fragment)].map(([path, value]) => {
      return { path, value: Number.isNaN(Number(value)) ? value : Number(value) };
    });
    return { kind: 'newRun', changes };
  }
  const kinds = ['runs', 'compare', 'ask', 'verify'] as const;
  const kind = file === '' ? kinds.find((each) => each === fragment) : undefined;
  return kind === undefined ? null : { kind };
}

export const LessonToHost = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('look') }),
  z.object({ type: z.literal('step'), step: LessonStep }),
  z.object({ type: z.literal('stopVerifying') }),
  z.object({ type: z.literal('open'), level: Level }),
]);
export type LessonToHost = z.infer<typeof LessonToHost>;

export const LessonPageState = z.object({ level: Level, verified: LessonVerified.nullable().default(null) });
export type LessonPageState = z.infer<typeof LessonPageState>;
