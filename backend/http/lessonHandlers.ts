import { hashFile } from '../models/hashFile.ts';
import { baseFile, levelOf, listLessons, readLesson } from '../tutorial/lessonFiles.ts';
import type { LessonEnvironment } from '../tutorial/lessonRuns.ts';
import { verifyLesson } from '../tutorial/verifyLesson.ts';
import type { RouteHandlers } from './routeHandlers.ts';

type LessonRoutes = 'listLessons' | 'readLesson' | 'verifyLesson';

export function lessonHandlers(environment: LessonEnvironment): Pick<RouteHandlers, LessonRoutes> {
  return {
    listLessons: async ({ language }) => ({ lessons: await listLessons(language) }),
    readLesson: ({ id, language }) => readLesson(levelOf(id), language),
    async verifyLesson({ id, language, signal }) {
      const level = levelOf(id);
      const { hash } = await hashFile(baseFile, signal);
      return verifyLesson(environment, level, { baseHash: hash, language, signal });
    },
  };
}
