import { editDistance } from './editDistance.ts';
import { knownKeys, schemaAt } from './recipeSchema.ts';

export interface Suggestion {
  readonly key: string;
  /** Null: the key belongs where it stands and is only misspelt. '' is the top of the recipe. */
  readonly section: string | null;
}

/** How PEFT, Transformers, Axolotl, Unsloth and llama.cpp call what a recipe has under another name. */
const foreignNames: Readonly<Record<string, string>> = {
  r: 'rank',
  lora_r: 'rank',
  lora_rank: 'rank',
  lora_alpha: 'alpha',
  lora_dropout: 'dropout',
  target_modules: 'targets',
  lora_target_modules: 'targets',
  lr: 'learning_rate',
  lr_scheduler: 'scheduler',
  lr_scheduler_type: 'scheduler',
  num_epochs: 'epochs',
  num_train_epochs: 'epochs',
  max_steps: 'steps',
  micro_batch_size: 'batch_size',
  per_device_train_batch_size: 'batch_size',
  gradient_accumulation_steps: 'gradient_accumulation',
  warmup: 'warmup_steps',
  max_grad_norm: 'max_gradient_norm',
  max_length: 'context_length',
  max_seq_length: 'context_length',
  sequence_len: 'context_length',
  adam_beta1: 'beta1',
  adam_beta2: 'beta2',
  adam_epsilon: 'epsilon',
  save_steps: 'checkpoint_every',
  eval_steps: 'every',
  val_set_size: 'held_out',
  model: 'base',
  base_model: 'base',
  data: 'dataset',
  datasets: 'dataset',
  adapter: 'method',
  n_threads: 'threads',
};

/** What was meant by a key that does not exist in the section at `path`; null where nothing comes near. */
export function suggestKey(path: readonly string[], key: string): Suggestion | null {
  const written = key.trim().toLowerCase().replaceAll('-', '_');
  const here = knownKeys(path);
  const own = foreignNames[written] ?? written;
  if (here.includes(own)) return { key: own, section: null };
  const elsewhere = sections().filter((section) => section !== path.join('.'));
  const exact = elsewhere.find((section) => keysOf(section).includes(own));
  const near = nearest(written, here);
  // `dataset` under `training` is in the wrong place, rather than misspelt there.
  if (exact !== undefined) return { key: own, section: exact };
  if (near !== null) return { key: near, section: null };
  for (const section of elsewhere) {
    const found = nearest(written, keysOf(section));
    if (found !== null) return { key: found, section };
  }
  return null;
}

function sections(): readonly string[] {
  return ['', ...knownKeys([]).filter((key) => schemaAt([key]).properties !== undefined)];
}

function keysOf(section: string): readonly string[] {
  return knownKeys(section === '' ? [] : [section]);
}

/** At most one error in three letters. */
function nearest(written: string, keys: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    const distance = editDistance(written, key);
    if (distance < least && distance <= Math.max(1, Math.floor(key.length / 3))) {
      best = key;
      least = distance;
    }
  }
  return best;
}
