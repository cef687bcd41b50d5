import type { LessonFile } from '../contract/lesson.ts';
import type { Backend } from './backend.ts';

/** Imports what the tutorial works with. What is there already is not imported twice. */
export async function bringIn(backend: Backend, files: readonly LessonFile[], signal?: AbortSignal): Promise<void> {
  const given = signal === undefined ? {} : { signal };
  const { models } = await backend.call('listBases', given);
  for (const { kind, path, name } of files) {
    if (kind === 'dataset') await backend.call('importDataset', { body: { path, name }, ...given });
    else if (!models.some((model) => model.name === name && model.available)) {
      await backend.call('importModel', { body: { path, name }, ...given });
    }
  }
}
