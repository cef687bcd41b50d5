/** How a form changes a recipe that a person wrote, and what it may propose. */
import * as z from 'zod';
import { ErrorProblem } from './common.ts';
import { Recipe } from './recipe.ts';

const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

export const RecipeChange = z.strictObject({
  /** `training.learning_rate`. */
  path: z.string().regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/),
  /** Null takes the setting out, so that its default holds again. */
  value: Value.nullable(),
});
export type RecipeChange = z.infer<typeof RecipeChange>;

/** No changes: the recipe is only checked. */
export const RecipeEdit = z.strictObject({
  recipe_yaml: z.string(),
  changes: z.array(RecipeChange).max(100).default([]),
});
export type RecipeEdit = z.infer<typeof RecipeEdit>;

export const RecipeEdited = z.object({
  /** With the comments and the order that it had. As it was where its YAML is broken. */
  recipe_yaml: z.string(),
  /** With all defaults; null where it has problems. */
  recipe: Recipe.nullable(),
  problems: z.array(ErrorProblem),
});
export type RecipeEdited = z.infer<typeof RecipeEdited>;

export const RecipeRecommend = z.strictObject({
  /** Name or id of a base model. */
  base: z.string().min(1),
  /** Name, name@version or id of a data set. */
  dataset: z.string().min(1),
  method: z.enum(['lora', 'full']).default('lora'),
  /** How thorough the run is to be. */
  effort: z.enum(['quick', 'balanced', 'careful']).default('balanced'),
});
export type RecipeRecommend = z.infer<typeof RecipeRecommend>;

export const RecommendedSetting = z.object({
  path: z.string(),
  value: Value,
  /** Where the value comes from and why it fits here; in the asked-for language. */
  reason: z.string(),
});
export type RecommendedSetting = z.infer<typeof RecommendedSetting>;

export const RecipeRecommendation = z.object({ settings: z.array(RecommendedSetting) });
export type RecipeRecommendation = z.infer<typeof RecipeRecommendation>;
