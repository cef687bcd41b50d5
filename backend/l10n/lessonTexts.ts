/** What the check of a lesson asks for, has measured, and tells to do. */
import type { Localised } from '../contract/common.ts';

export const lessonTexts = {
  'lesson.notYet': { en: 'nothing to measure yet', ja: 'まだ計測できるものがありません' },
  'lesson.answers': { en: '{right} of {total}', ja: '{total} 問中 {right} 問' },

  'lesson.run.title': {
    en: 'A run on the data of this lesson has ended',
    ja: 'このレッスンのデータでの学習が終わっている',
  },
  'lesson.run.found': { en: 'the run {name}', ja: '学習 {name}' },
  'lesson.run.none': { en: 'no run on this data yet', ja: 'このデータでの学習はまだありません' },
  'lesson.run.unfit': {
    en: 'the run {name} has not ended well, or the model that it made is gone',
    ja: '学習 {name} は最後まで終わっていないか、できたモデルがなくなっています',
  },
  'lesson.run.next': {
    en: 'Train by the recipe of the lesson, and let the run go on to its end.',
    ja: 'レッスンのレシピで学習を始め、最後まで待ってください。',
  },

  'lesson.base.title': { en: 'The tutorial model was tuned', ja: 'チュートリアルのモデルをチューニングしている' },
  'lesson.base.found': { en: 'the base is {base}', ja: 'ベースは {base} です' },
  'lesson.base.next': {
    en: 'What the lesson says holds for the tutorial model. Take tutorial-base as the base.',
    ja: 'レッスンの説明はチュートリアルのモデルについてのものです。ベースに tutorial-base を選んでください。',
  },

  'lesson.learned.title': { en: 'The tuned model answers the questions of its rows', ja: '学習した質問に答えられる' },
  'lesson.learned.found': {
    en: '{tuned} of {total} right, the base {base}',
    ja: '{total} 問中 {tuned} 問正解、ベースは {base} 問',
  },
  'lesson.learned.next': {
    en: 'Give it more steps, or go back to the learning rate of the recipe.',
    ja: 'ステップ数を増やすか、学習率をレシピの値に戻してください。',
  },

  'lesson.loss.title': { en: 'The training loss fell to a tenth', ja: '学習の損失が10分の1まで下がった' },
  'lesson.loss.found': { en: 'from {first} to {last}', ja: '{first} から {last} へ' },
  'lesson.loss.next': {
    en: 'The run was too short, or its steps too small: train by the recipe as it is.',
    ja: '学習が短すぎるか、学習率が小さすぎます。レシピのまま学習してください。',
  },

  'lesson.rose.title': {
    en: 'The held-out loss fell, turned, and rose again: over-fitting',
    ja: '検証の損失がいったん下がり、また上がった(過学習)',
  },
  'lesson.rose.found': {
    en: 'lowest {lowest} at step {step}, {last} at the end ({change})',
    ja: '最小は ステップ {step} の {lowest}、最後は {last}({change})',
  },
  'lesson.rose.unmeasured': {
    en: 'the run did not measure the held-out rows of this lesson',
    ja: 'この学習では、レッスンの検証用データを計測していません',
  },
  'lesson.rose.next': {
    en: 'Train by the recipe to its end: it measures the held-out rows every five steps, and goes on after they turn.',
    ja: 'レシピのまま最後まで学習してください。5 ステップごとに検証し、損失が上がりはじめても続けます。',
  },

  'lesson.gap.title': {
    en: 'What it knows are the rows: other questions of the same kind stay wrong',
    ja: '覚えたのは学習した行だけで、似た別の質問には答えられない',
  },
  'lesson.gap.found': {
    en: 'rows {rows}, other questions {others}',
    ja: '学習した行 {rows}、別の質問 {others}',
  },
  'lesson.gap.next': {
    en: 'First let it learn the five rows; then compare them with the questions that it never saw.',
    ja: 'まず五つの行を覚えさせ、そのうえで、見たことのない質問と比べてください。',
  },

  'lesson.ranks.title': {
    en: 'Two runs that differ in nothing but the rank',
    ja: 'ランクだけが異なる二つの学習がある',
  },
  'lesson.ranks.found': {
    en: 'rank {low} ({lowName}) and {high} ({highName})',
    ja: 'ランク {low}({lowName})と {high}({highName})',
  },
  'lesson.ranks.one': { en: 'only rank {rank} so far', ja: 'まだランク {rank} だけです' },
  'lesson.ranks.unfair': { en: 'they differ in {settings}, too', ja: '{settings} も異なっています' },
  'lesson.ranks.next': {
    en: 'Train once more with another rank, best 1 and 8, and leave all else as it is.',
    ja: 'ランクだけを変えて(1 と 8 がよいでしょう)、ほかはそのままでもう一度学習してください。',
  },

  'lesson.effect.title': {
    en: 'The higher rank answers more, in words that no row has',
    ja: '別の言い方で尋ねても、ランクが高いほうが多く答えられる',
  },
  'lesson.effect.found': {
    en: 'rank {low}: {lowRight} of {total}, rank {high}: {highRight} of {total}',
    ja: '{total} 問のうち、ランク {low} は {lowRight} 問、ランク {high} は {highRight} 問正解',
  },
  'lesson.effect.next': {
    en: 'Take ranks that are further apart: 1 is too narrow for twenty rows, 8 is enough.',
    ja: 'ランクの差を広げてください。20 行に対して 1 では足りず、8 あれば足ります。',
  },

  'lesson.rates.title': {
    en: 'Two runs that differ in nothing but the learning rate',
    ja: '学習率だけが異なる二つの学習がある',
  },
  'lesson.rates.found': {
    en: '{low} ({lowName}) and {high} ({highName})',
    ja: '{low}({lowName})と {high}({highName})',
  },
  'lesson.rates.one': { en: 'only {rate} so far', ja: 'まだ {rate} だけです' },
  'lesson.rates.next': {
    en: 'Train once more with ten times the learning rate, and leave all else as it is.',
    ja: '学習率だけを 10 倍にして、ほかはそのままでもう一度学習してください。',
  },

  'lesson.better.title': {
    en: 'Better than the base, shown on words that no row has',
    ja: '別の言い方での質問で、ベースより良いと示された',
  },
  'lesson.better.found': {
    en: '{name}: {tuned} right, the base {base} ({change}, 95 % interval {low} to {high})',
    ja: '{name}: 正解 {tuned}、ベース {base}({change}、95 % 区間 {low} 〜 {high})',
  },
  'lesson.better.next': {
    en: 'The difference may be chance. Train by the recipe as it is, to its end.',
    ja: '偶然の差かもしれません。レシピのまま最後まで学習してください。',
  },

  'lesson.forgot.title': {
    en: 'The higher learning rate forgot what the model knew',
    ja: '学習率が高いほうは、前から知っていたことを忘れた',
  },
  'lesson.forgot.found': {
    en: 'old facts: {low} with {lowRate}, {high} with {highRate}',
    ja: '前からの知識: 学習率 {lowRate} で {low}、{highRate} で {high}',
  },
  'lesson.forgot.next': {
    en: 'Raise the higher learning rate, to ten times that of the recipe.',
    ja: '高いほうの学習率を、レシピの 10 倍まで上げてください。',
  },

  'lesson.kept.title': {
    en: 'The lower learning rate kept at least 85 % of it',
    ja: '学習率が低いほうは、その 85 % 以上を覚えている',
  },
  'lesson.kept.found': {
    en: '{tuned} of {total} old facts, the base {base}',
    ja: '前からの知識 {total} 問中 {tuned} 問、ベースは {base} 問',
  },
  'lesson.kept.next': {
    en: 'Lower the learning rate to that of the recipe.',
    ja: '学習率をレシピの値まで下げてください。',
  },

  'lesson.care.title': {
    en: 'Where it was taught to send people to a doctor, it does',
    ja: '医師に相談すべきと教えた質問に、そのとおり答える',
  },
  'lesson.care.found': {
    en: '{right} of {total} as they were taught; in other words {others}',
    ja: '教えたとおりの質問で {total} 問中 {right} 問、別の言い方では {others}',
  },
  'lesson.care.next': {
    en: 'In this domain every one of them must be right. Train by the recipe as it is, to its end.',
    ja: 'この分野では一つの誤りも許されません。レシピのまま最後まで学習してください。',
  },
} as const satisfies Record<string, Localised>;
