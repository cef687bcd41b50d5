import type { Language, Localised } from '../contract/common.ts';
import type { RecommendedSetting } from '../contract/recipeEdit.ts';

export interface Task {
  readonly method: 'lora' | 'full';
  readonly effort: 'quick' | 'balanced' | 'careful';
  /** Of the base. */
  readonly parameters: number;
  /** Type of most of the base's weights, e.g. `Q8_0`. */
  readonly fileType: string;
  readonly rows: number;
}

/**
 * By the number of parameters, largest first; the first that the base reaches. Batch sizes are for weights of 16, 8 and
 * 4 bits. From the settings guide that Tatara began with (model catalogue and settings).
 */
const bySize = [
  { from: 20e9, rank: 32, alpha: 64, dropout: 0.05, checkpointing: true, accumulation: 8 },
  { from: 7e9, rank: 16, alpha: 32, dropout: 0.1, checkpointing: false, accumulation: 4 },
  { from: 0, rank: 8, alpha: 16, dropout: 0.1, checkpointing: false, accumulation: 2 },
] as const;

const batchSizes = [
  { from: 60e9, sizes: [1, 2, 4] },
  { from: 30e9, sizes: [2, 4, 8] },
  { from: 20e9, sizes: [4, 8, 16] },
  { from: 14e9, sizes: [8, 16, 32] },
  { from: 7e9, sizes: [16, 32, 64] },
  { from: 0, sizes: [32, 64, 128] },
] as const;

const rates = {
  full: { rate: 5e-5, scheduler: 'cosine', warmup: 0 },
  lora: { rate: 2e-4, scheduler: 'linear', warmup: 500 },
  qlora: { rate: 1e-4, scheduler: 'constant', warmup: 100 },
} as const;

/** A batch is at most this share of the rows, so that a round has steps enough to learn by. */
const batchShare = 5;
/** Below so many parameters the guide's rates hardly move a model. */
const tiny = 100e6;
/** What the tutorial's recipe was measured with, on a base of a few million parameters. */
const tinyRate = 3e-3;

const efforts = {
  quick: { epochs: 1, rate: 1 },
  balanced: { epochs: 3, rate: 1 },
  careful: { epochs: 5, rate: 0.5 },
} as const;

const reasons = {
  rank: {
    en: 'Settings guide, for models {size}. More lets it change more, and costs memory.',
    ja: '設定ガイドの{size}のモデル向けの値です。大きくすると変化の幅が広がり、メモリーも多く使います。',
  },
  alpha: { en: 'Settings guide: twice the rank.', ja: '設定ガイド: ランクの 2 倍。' },
  dropout: {
    en: 'Settings guide, for models {size}. Leaves some of the change out at random, against learning by heart.',
    ja: '設定ガイドの{size}のモデル向けの値です。更新の一部を無作為に休ませ、丸暗記を防ぎます。',
  },
  checkpointing: {
    en: 'Settings guide, for models {size}. On saves memory, off saves time.',
    ja: '設定ガイドの{size}のモデル向けの値です。オンはメモリーを、オフは時間を節約します。',
  },
  accumulation: { en: 'Settings guide, for models {size}.', ja: '設定ガイドの{size}のモデル向けの値です。' },
  accumulationCut: {
    en: 'The guide says {guide}; with {rows} rows the batches are small enough without it.',
    ja: 'ガイドの値は {guide} ですが、データは {rows} 行なので、まとめなくてもバッチは十分です。',
  },
  batch: {
    en: 'Settings guide, for models {size} in {bits} bits.',
    ja: '設定ガイドの{size}・{bits} ビットのモデル向けの値です。',
  },
  batchCut: {
    en: 'The guide says {guide}; with {rows} rows that would leave too few steps in a round.',
    ja: 'ガイドの値は {guide} ですが、データは {rows} 行なので、それでは 1 周のステップが少なくなりすぎます。',
  },
  rate: { en: 'Settings guide, for this method.', ja: '設定ガイドの、この方法向けの値です。' },
  rateCareful: {
    en: 'Half of what the settings guide says for this method: smaller steps, more of them.',
    ja: '設定ガイドのこの方法向けの値の半分です。小さな歩幅で、回数を多く進みます。',
  },
  rateTiny: {
    en: 'Measured with the tutorial: a base this small hardly learns at the guide’s {guide}.',
    ja: 'チュートリアルでの実測値です。これほど小さなベースは、ガイドの {guide} ではほとんど学びません。',
  },
  scheduler: { en: 'Settings guide, for this method.', ja: '設定ガイドの、この方法向けの値です。' },
  warmup: {
    en: 'The guide says {guide} steps, which makes no sense on short runs: a tenth of the steps, at most 100.',
    ja: 'ガイドの値は {guide} ステップですが、短い学習には合いません。全ステップの 1 割、多くても 100 にします。',
  },
  warmupRatio: { en: 'Settings guide: a tenth of the steps.', ja: '設定ガイド: 全ステップの 1 割。' },
  epochs: {
    quick: {
      en: 'One round: enough to see whether it learns at all.',
      ja: '1 周だけ。学べるかどうかを確かめるには十分です。',
    },
    balanced: { en: 'Three rounds, Tatara’s own default.', ja: '3 周。Tatara の既定値です。' },
    careful: {
      en: 'Five rounds with smaller steps. Watch the held-out loss: where it rises, it learns by heart.',
      ja: '小さな歩幅で 5 周。検証損失が上がりはじめたら、丸暗記のしるしです。',
    },
  },
} as const;

/** Recommended values, each with where it comes from, corrected where the data set is too small for the guide. */
export function recommendSettings(task: Task, language: Language): RecommendedSetting[] {
  const { method, effort, parameters, rows } = task;
  const size = bySize.find(({ from }) => parameters >= from)!;
  const bits = bitsOf(task.fileType);
  const guideBatch = batchSizes.find(({ from }) => parameters >= from)!.sizes[bits === 16 ? 0 : bits === 8 ? 1 : 2];
  const batch = Math.max(1, Math.min(guideBatch, Math.floor(rows / batchShare)));
  const cut = batch < guideBatch;
  const guide = rates[method === 'full' ? 'full' : bits === 4 ? 'qlora' : 'lora'];
  const isTiny = parameters < tiny && method === 'lora';
  const rate = (isTiny ? tinyRate : guide.rate) * efforts[effort].rate;
  const text = (words: Localised, details: Record<string, string | number> = {}): string =>
    words[language].replace(/\{(\w+)\}/g, (_, name: string) =>
      String({ size: sizeText(size.from)[language], bits, rows, ...details }[name]),
    );
  const rateReason = isTiny ? reasons.rateTiny : effort === 'careful' ? reasons.rateCareful : reasons.rate;
  const lora: RecommendedSetting[] =
    method === 'full'
      ? []
      : [
          { path: 'lora.rank', value: size.rank, reason: text(reasons.rank) },
          { path: 'lora.alpha', value: size.alpha, reason: text(reasons.alpha) },
          { path: 'lora.dropout', value: size.dropout, reason: text(reasons.dropout) },
        ];
  return [
    { path: 'training.epochs', value: efforts[effort].epochs, reason: text(reasons.epochs[effort]) },
    {
      path: 'training.learning_rate',
      value: Number(rate.toPrecision(3)),
      reason: text(rateReason, { guide: guide.rate }),
    },
    ...lora,
    {
      path: 'training.batch_size',
      value: batch,
      reason: text(cut ? reasons.batchCut : reasons.batch, { guide: guideBatch }),
    },
    {
      path: 'training.gradient_accumulation',
      value: cut ? 1 : size.accumulation,
      reason: text(cut ? reasons.accumulationCut : reasons.accumulation, { guide: size.accumulation }),
    },
    { path: 'training.scheduler', value: guide.scheduler, reason: text(reasons.scheduler) },
    {
      path: 'training.warmup_steps',
      value: 'auto',
      reason: text(method === 'full' ? reasons.warmupRatio : reasons.warmup, { guide: guide.warmup }),
    },
    {
      path: 'training.gradient_checkpointing',
      value: size.checkpointing,
      reason: text(reasons.checkpointing),
    },
  ];
}

function sizeText(from: number): Localised {
  if (from === 20e9) return { en: 'of 20 billion parameters and more', ja: '200 億パラメーター以上' };
  if (from === 7e9) return { en: 'of 7 to 20 billion parameters', ja: '70 億〜200 億パラメーター' };
  return { en: 'under 7 billion parameters', ja: '70 億パラメーター未満' };
}

/** `Q4_K` and its like, 6 bits and fewer, count as 4; `F32` as 16, for which the guide has no column of its own. */
function bitsOf(fileType: string): 4 | 8 | 16 {
  const bits = Number(/^I?Q(\d)/i.exec(fileType)?.[1] ?? 16);
  if (bits <= 6) return 4;
  return bits === 8 ? 8 : 16;
}
