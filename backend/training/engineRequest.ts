import { type Method, type PreflightRequest, protocolVersion } from '../../native/contract/messages.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { ModelRecord } from '../models/ports.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import type { RunRecord } from './runStore.ts';
import type { TrainingFiles } from './trainingFiles.ts';

/** What a training and its preflight have in common. */
export function engineRequest(
  recipe: Recipe,
  base: ModelRecord,
  files: TrainingFiles,
  runDirectory: string,
): Omit<PreflightRequest, 'type'> {
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

export function engineMethod({ method, lora, full }: Recipe): Method {
  return method === 'lora' ? { kind: 'lora', ...lora } : { kind: 'full', outputType: full.output_type };
}

/** What is written into a result to say where it comes from. */
export function resultMetadata(
  { version }: Pick<RunEnvironment, 'version'>,
  { id, base, dataset, recipe }: RunRecord,
): Record<string, string> {
  return {
    version,
    run: id,
    base_name: base.name,
    dataset: `${dataset.name}@${dataset.version}`,
    dataset_hash: dataset.hash,
    recipe: JSON.stringify(recipe),
  };
}
