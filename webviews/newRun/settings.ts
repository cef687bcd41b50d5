import type { newRunTexts } from '../training/newRunTexts.ts';

export type SettingPath = Extract<keyof typeof newRunTexts, `why.${string}`> extends `why.${infer P}` ? P : never;

export interface Setting {
  readonly path: SettingPath;
  readonly kind: 'number' | 'text' | 'switch' | 'choice' | 'list';
  /** Beside a number, `auto` is one too. */
  readonly auto?: true;

  readonly choices?: readonly string[];
  /** Only where an adapter is trained. */
  readonly lora?: true;
}

/** The few that decide how it goes. */
export const mainSettings: readonly Setting[] = [
  { path: 'training.epochs', kind: 'number' },
  { path: 'training.learning_rate', kind: 'number' },
  { path: 'lora.rank', kind: 'number', lora: true },
  { path: 'training.batch_size', kind: 'number' },
];

export const advancedSettings: readonly Setting[] = [
  { path: 'name', kind: 'text' },
  { path: 'training.steps', kind: 'number' },
  { path: 'lora.alpha', kind: 'number', lora: true },
  { path: 'lora.dropout', kind: 'number', lora: true },
  { path: 'lora.targets', kind: 'list', choices: ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'head'], lora: true },
  { path: 'training.gradient_accumulation', kind: 'number' },
  { path: 'training.scheduler', kind: 'choice', choices: ['linear', 'cosine', 'constant'] },
  { path: 'training.warmup_steps', kind: 'number', auto: true },
  { path: 'training.weight_decay', kind: 'number' },
  { path: 'training.max_gradient_norm', kind: 'number' },
  { path: 'training.context_length', kind: 'number', auto: true },
  { path: 'training.long_rows', kind: 'choice', choices: ['refuse', 'skip'] },
  { path: 'training.gradient_checkpointing', kind: 'switch' },
  { path: 'training.checkpoint_every', kind: 'number', auto: true },
  { path: 'training.keep_checkpoints', kind: 'number' },
  { path: 'evaluation.held_out', kind: 'number' },
  { path: 'evaluation.dataset', kind: 'text' },
  { path: 'evaluation.regression_dataset', kind: 'text' },
  { path: 'evaluation.every', kind: 'number', auto: true },
  { path: 'evaluation.answers', kind: 'switch' },
  { path: 'evaluation.samples', kind: 'number' },
  { path: 'evaluation.max_answers', kind: 'number' },
  { path: 'seed', kind: 'number' },
  { path: 'device', kind: 'text' },
];
