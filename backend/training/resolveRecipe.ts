import type { Dataset } from '../contract/dataset.ts';
import { errorTable, TataraError } from '../contract/errors.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { ModelRecord } from '../models/ports.ts';
import type { RunEnvironment } from './runEnvironment.ts';

export interface ResolvedRecipe {
  readonly recipe: Recipe;
  readonly base: ModelRecord;
  readonly dataset: Dataset;
  readonly heldOutDataset: Dataset | null;
  readonly regressionDataset: Dataset | null;
}

/**
 * What a recipe names, looked up. Throws `model_not_found`, `dataset_not_found`, or why the base cannot be trained.
 */
export function resolveRecipe({ models, datasets }: RunEnvironment, recipe: Recipe): ResolvedRecipe {
  const base = models.resolve(recipe.base);
  const refusal = base.facts.training_refusal;
  if (refusal && refusal.code in errorTable) throw new TataraError(refusal.code, refusal.details);
  const list = datasets.list();
  const { dataset, regression_dataset: regression } = recipe.evaluation;
  return {
    recipe,
    base,
    dataset: findDataset(list, recipe.dataset),
    heldOutDataset: dataset === undefined ? null : findDataset(list, dataset),
    regressionDataset: regression === undefined ? null : findDataset(list, regression),
  };
}

/** By id, `name@version`, or name, which means the newest version. */
function findDataset(newestFirst: readonly Dataset[], asked: string): Dataset {
  const named = newestFirst.filter(({ name }) => name === asked).sort((a, b) => b.version - a.version);
  const found =
    newestFirst.find(({ id }) => id === asked) ??
    newestFirst.find(({ name, version }) => `${name}@${version}` === asked) ??
    named[0];
  if (!found) throw new TataraError('dataset_not_found', { id: asked });
  return found;
}
