import { type Method, protocolVersion, type TrainRequest } from '../../native/contract/messages.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { ModelRecord } from '../models/ports.ts';
import type { TrainingFiles } from './trainingFiles.ts';

/** What a training and its preflight have in common. */
export function engineRequest(
  recipe: Recipe,
  base: ModelRecord,
  files: TrainingFiles,
  runDirectory: string,
): Omit<TrainRequest, 'type' | 'resume' | 'knownStep' | 'metadata'> {
  return {
    protocolVersion,
    basePath: base.path,
    baseHash: base.hash,
    method: engineMethod(recipe),
    schedule: files.plan.schedule,
    data: {
      trainPath: files.trainPath,
      ...(files.heldOutPath === null ? {} : { heldOutPath: files.heldOutPath }),
    },
    device: recipe.device,
    threads: recipe.threads === 'auto' ? null : recipe.threads,
    runDirectory,
  };
}

function engineMethod({ method, lora, full }: Recipe): Method {
  return method === 'lora' ? { kind: 'lora', ...lora } : { kind: 'full', outputType: full.output_type };
}
