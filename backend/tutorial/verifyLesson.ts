import type { Language } from '../contract/common.ts';
import type { LessonLevel, LessonVerification } from '../contract/lesson.ts';
import { translate } from '../l10n/translate.ts';
import {
  type CheckContext,
  type CheckId,
  checksOf,
  checkTexts,
  type Findings,
  type Outcome,
  type Say,
} from './checks.ts';
import { findLessonRuns, type LessonEnvironment, type LessonRuns } from './lessonRuns.ts';
import { checkLevelOne } from './levelOne.ts';
import { checkLevelThree } from './levelThree.ts';
import { checkLevelTwo } from './levelTwo.ts';

const checkers: Readonly<Record<LessonLevel, (context: CheckContext) => Promise<Findings>>> = {
  1: checkLevelOne,
  2: checkLevelTwo,
  3: checkLevelThree,
};

/**
 * Whether a lesson was done: looks for the runs on its data, asks their models, and compares. `baseHash` is that of the
 * tutorial model. Aborting ends it with the signal's reason.
 */
export async function verifyLesson(
  environment: LessonEnvironment,
  level: LessonLevel,
  {
    baseHash,
    language,
    signal,
  }: { readonly baseHash: string; readonly language: Language; readonly signal: AbortSignal },
): Promise<LessonVerification> {
  const say: Say = (key, details) => translate(language, key, details);
  const all = await findLessonRuns(environment, level);
  // Runs on the tutorial model count; where there are none, it is told which model was taken instead.
  const found = { ...all, runs: all.runs.filter(({ run }) => run.base.hash === baseHash) };
  const { outcomes, answers } = await checkers[level]({ environment, found, say, signal });
  const made: Partial<Record<CheckId, Outcome>> = { ...outcomes, ...runOutcomes(all, found, say) };
  const checks = checksOf[level].map((id) => {
    const { title, next } = checkTexts[id];
    const outcome = made[id];
    // What could not be measured waits for a check before it, which says what to do.
    if (outcome === undefined)
      return { id, passed: false, title: say(title), measured: say('lesson.notYet'), next: null };
    return { id, ...outcome, title: say(title), next: outcome.passed ? null : say(next) };
  });
  return {
    level,
    passed: checks.every(({ passed }) => passed),
    checks,
    runs: found.runs.map(({ run: { id, name } }) => ({ id, name })),
    answers: [...answers],
  };
}

function runOutcomes(all: LessonRuns, onBase: LessonRuns, say: Say): { run: Outcome; base?: Outcome } {
  const newest = onBase.runs[0] ?? all.runs[0];
  if (newest === undefined) {
    const [unfit] = all.unfit;
    const measured = unfit ? say('lesson.run.unfit', { name: unfit.name }) : say('lesson.run.none');
    return { run: { passed: false, measured } };
  }
  return {
    run: { passed: true, measured: say('lesson.run.found', { name: newest.run.name }) },
    base: { passed: onBase.runs.length > 0, measured: say('lesson.base.found', { base: newest.run.base.name }) },
  };
}
