import { editRecipe } from '../recipes/editRecipe.ts';
import type { CheckpointService } from '../training/checkpointService.ts';
import type { RunService } from '../training/runService.ts';
import type { RouteHandlers } from './routeHandlers.ts';

type RunRoutes =
  | 'editRecipe'
  | 'recommendRecipe'
  | 'createRun'
  | 'preflightRun'
  | 'listRuns'
  | 'runSummaries'
  | 'readRun'
  | 'runRecipe'
  | 'runMetrics'
  | 'runEvents'
  | 'pauseRun'
  | 'cancelRun'
  | 'resumeRun'
  | 'deleteRun'
  | 'runSamples'
  | 'listCheckpoints'
  | 'useCheckpoint'
  | 'continueRun'
  | 'exportRun';

export function runHandlers(runs: RunService, checkpoints: CheckpointService): Pick<RouteHandlers, RunRoutes> {
  return {
    editRecipe: ({ body, language }) => editRecipe(body, language),
    recommendRecipe: ({ body, language }) => runs.recommend(body, language),
    createRun: ({ body, language }) => runs.create(body, language),
    preflightRun: ({ body, language, signal }) => runs.preflight(body, language, signal),
    listRuns: ({ query, language }) => runs.list(query, language),
    runSummaries: ({ query, language }) => runs.summaries(query, language),
    readRun: ({ id, language }) => runs.read(id, language),
    runRecipe: ({ id }) => ({ recipe_yaml: runs.recipeYaml(id) }),
    runMetrics: ({ id, query }) => runs.metrics(id, query),
    runSamples: ({ id }) => ({ samples: runs.samples(id) }),
    listCheckpoints: async ({ id }) => ({ checkpoints: await checkpoints.list(id) }),
    useCheckpoint: ({ id, body }) => checkpoints.use(id, body.step),
    continueRun: ({ id, body, language }) => checkpoints.continue(id, body, language),
    exportRun: ({ id, body }) => checkpoints.export(id, body),
    runEvents: ({ id, lastEventId, language, signal }) => runs.events(id, lastEventId, language, signal),
    pauseRun: ({ id, language }) => runs.pause(id, language),
    cancelRun: ({ id, language }) => runs.cancel(id, language),
    resumeRun: ({ id, language }) => runs.resume(id, language),
    async deleteRun({ id }) {
      await runs.delete(id);
      return { id, deleted: true };
    },
  };
}
