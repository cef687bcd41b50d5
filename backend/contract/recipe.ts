/** A recipe: all that decides a run, in one YAML file. The API takes the same object as JSON. */
import * as z from 'zod';
import { LoraTarget } from './engine.ts';

const auto = z.literal('auto');

export const LoraSettings = z.strictObject({
  rank: z.int().min(1).max(1024).default(8),
  /** The update is scaled by alpha / rank. */
  alpha: z.number().positive().default(16),
  dropout: z.number().min(0).lt(1).default(0),
  targets: z.array(LoraTarget).min(1).default(['q', 'k', 'v', 'o', 'gate', 'up', 'down']),
});

export const TrainingSettings = z.strictObject({
  /** Rounds over the data; `steps`, where given, wins. */
  epochs: z.number().positive().default(3),
  steps: z.int().min(1).optional(),
  batch_size: z.int().min(1).default(4),
  gradient_accumulation: z.int().min(1).default(1),
  learning_rate: z.number().positive().max(1).default(2e-4),
  scheduler: z.enum(['linear', 'cosine', 'constant']).default('linear'),
  /** `auto`: a tenth of the steps, at most 100. */
  warmup_steps: z.union([auto, z.int().min(0)]).default('auto'),
  weight_decay: z.number().min(0).default(0),
  beta1: z.number().min(0).lt(1).default(0.9),
  beta2: z.number().min(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /** 0: no clipping. */
  max_gradient_norm: z.number().min(0).default(1),
  /** `auto`: the longest row, at most what the base was trained for. */
  context_length: z.union([auto, z.int().min(8)]).default('auto'),
  /** What to do with a row that is longer than the context. */
  long_rows: z.enum(['refuse', 'skip']).default('refuse'),
  gradient_checkpointing: z.boolean().default(true),
  /** `auto`: about ten in a run. 0: only at the end and when stopped. */
  checkpoint_every: z.union([auto, z.int().min(0)]).default('auto'),
  /** Checkpoints that stay when the run is done: the newest so many, and the one with the lowest held-out loss. */
  keep_checkpoints: z.int().min(1).max(1000).default(3),
});

export const EvaluationSettings = z.strictObject({
  /** Share of the rows that is held out and never trained on; ignored where `dataset` is given. */
  held_out: z.number().min(0).max(0.5).default(0.1),
  /** A data set of held-out rows of its own. */
  dataset: z.string().min(1).optional(),
  /** Rows that the base already answers and must not forget. */
  regression_dataset: z.string().min(1).optional(),
  /** Held-out loss every so many steps; `auto`: about ten times in a run. */
  every: z.union([auto, z.int().min(0)]).default('auto'),
  /** Let base and tuned model answer held-out rows: a few on the way, all at the end, where the right ones are counted. */
  answers: z.boolean().default(true),
  /** So many rows are answered at every held-out loss, as far as time and memory allow; 0: none on the way. */
  samples: z.int().min(0).max(50).default(3),
  /** At most so many rows are answered, of each set. */
  max_answers: z.int().min(1).max(10000).default(200),
});

export const FullSettings = z.strictObject({ output_type: z.enum(['F32', 'F16', 'Q8_0']).default('F32') });

export const Recipe = z.strictObject({
  /** Shown as the run's and the adapter's name; absent: made of data set and base. */
  name: z.string().min(1).max(120).optional(),
  /** Name or id of a model that was imported. */
  base: z.string().min(1),
  /** Name, name@version or id of a data set. */
  dataset: z.string().min(1),
  method: z.enum(['lora', 'full']).default('lora'),
  lora: LoraSettings.prefault({}),
  full: FullSettings.prefault({}),
  training: TrainingSettings.prefault({}),
  evaluation: EvaluationSettings.prefault({}),
  seed: z.int().min(0).max(0xffffffff).default(42),
  /** A device's name as `tatara doctor` shows it. */
  device: z.string().min(1).default('auto'),
  threads: z.union([auto, z.int().min(1)]).default('auto'),
});
export type Recipe = z.infer<typeof Recipe>;
/** As a person writes it: all but base and data set may be left out. */
export type RecipeInput = z.input<typeof Recipe>;
