import type { LessonLevel } from '../contract/lesson.ts';
import type { AnsweredRow } from '../contract/run.ts';
import type { TextKey } from '../l10n/texts.ts';
import type { TextDetails } from '../l10n/translate.ts';
import type { LessonEnvironment, LessonRuns } from './lessonRuns.ts';

interface CheckTexts {
  readonly title: TextKey;
  /** What to do where it is not passed. */
  readonly next: TextKey;
}

/** Everything that lessons ask for. */
export const checkTexts = {
  run: { title: 'lesson.run.title', next: 'lesson.run.next' },
  base: { title: 'lesson.base.title', next: 'lesson.base.next' },
  learned: { title: 'lesson.learned.title', next: 'lesson.learned.next' },
  loss: { title: 'lesson.loss.title', next: 'lesson.loss.next' },
  rose: { title: 'lesson.rose.title', next: 'lesson.rose.next' },
  gap: { title: 'lesson.gap.title', next: 'lesson.gap.next' },
  ranks: { title: 'lesson.ranks.title', next: 'lesson.ranks.next' },
  effect: { title: 'lesson.effect.title', next: 'lesson.effect.next' },
  rates: { title: 'lesson.rates.title', next: 'lesson.rates.next' },
  forgot: { title: 'lesson.forgot.title', next: 'lesson.forgot.next' },
  kept: { title: 'lesson.kept.title', next: 'lesson.kept.next' },
  better: { title: 'lesson.better.title', next: 'lesson.better.next' },
  care: { title: 'lesson.care.title', next: 'lesson.care.next' },
} as const satisfies Record<string, CheckTexts>;

export type CheckId = keyof typeof checkTexts;

/** What a lesson asks for, in the order in which it is told. */
export const checksOf: Readonly<Record<LessonLevel, readonly CheckId[]>> = {
  1: ['run', 'base', 'learned', 'loss', 'rose', 'gap'],
  2: ['run', 'base', 'ranks', 'effect', 'better'],
  3: ['run', 'base', 'rates', 'forgot', 'kept', 'better', 'care'],
};

export type Say = (key: TextKey, details?: TextDetails) => string;

export interface Outcome {
  readonly passed: boolean;
  readonly measured: string;
}

/** What was found; a check that is missing could not be made yet. */
export interface Findings {
  readonly outcomes: Readonly<Partial<Record<CheckId, Outcome>>>;
  readonly answers: readonly AnsweredRow[];
}

export interface CheckContext {
  readonly environment: LessonEnvironment;
  readonly found: LessonRuns;
  readonly say: Say;
  readonly signal: AbortSignal;
}
