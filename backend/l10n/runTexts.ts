/** What is said of a run: before, while and after it. */
import type { Localised } from '../contract/common.ts';

export const runTexts = {
  'state.queued': { en: 'queued', ja: '待機中' },
  'state.running': { en: 'running', ja: '実行中' },
  'state.paused': { en: 'paused', ja: '中断' },
  'state.succeeded': { en: 'done', ja: '完了' },
  'state.failed': { en: 'failed', ja: '失敗' },
  'state.cancelled': { en: 'cancelled', ja: '取りやめ' },

  'phase.tokenising': { en: 'turning rows into tokens', ja: '行をトークンに変換しています' },
  'phase.loading': { en: 'loading the base model', ja: 'ベースモデルを読み込んでいます' },
  'phase.preparing': { en: 'preparing', ja: '準備しています' },
  'phase.evaluating': { en: 'measuring the held-out loss', ja: '検証損失を測っています' },
  'phase.sampling': { en: 'asking a few held-out questions', ja: '検証用の質問をいくつか試しています' },
  'phase.saving': { en: 'saving', ja: '保存しています' },
  'phase.answering': { en: 'base and tuned model answer', ja: 'ベースとチューニング後のモデルに答えさせています' },

  'preflight.measuring': { en: 'Measuring three real steps …', ja: '実際に3ステップ動かして計測しています …' },
  'preflight.title': { en: 'Measured on this machine, 3 steps', ja: 'このマシンでの実測(3ステップ)' },
  'preflight.memory': { en: 'Memory', ja: 'メモリー' },
  'preflight.memoryValue': { en: '{need} of {machine}', ja: '{machine} 中 {need}' },
  'preflight.time': { en: 'Time', ja: '時間' },
  'preflight.timeValue': {
    en: 'about {duration}: {steps} {steps:step|steps}, {speed} tokens/s',
    ja: '約 {duration}({steps} ステップ、{speed} トークン/秒)',
  },
  'preflight.disk': { en: 'Disk', ja: 'ディスク' },
  'preflight.rows': { en: 'Rows', ja: '行' },
  'preflight.rowsValue': {
    en: '{train} to learn from, {heldOut} held out',
    ja: '学習 {train} 行、検証 {heldOut} 行',
  },
  'preflight.device': { en: 'Device', ja: 'デバイス' },
  'preflight.diskValue': { en: '{need} of {free} free', ja: '空き {free} 中 {need}' },
  'preflight.timeParts': {
    en: 'training {training}, held-out losses {evaluation}, answers {answers}',
    ja: '内訳: 学習 {training}、検証損失 {evaluation}、回答 {answers}',
  },
  'preflight.diskFull': {
    en: 'This needs more disk than is free. Keep fewer checkpoints, or free some space.',
    ja: 'ディスクの空きが足りません。残すチェックポイントを減らすか、空き容量を増やしてください。',
  },
  'preflight.earlier': {
    en: 'Measured earlier on this machine; another run is using the device now',
    ja: 'このマシンでの以前の実測(現在は別の学習がデバイスを使用中)',
  },
  'preflight.busy': {
    en: 'Another run is using the device, so nothing was measured. This one waits for its turn.',
    ja: '別の学習がデバイスを使っているため、計測を省きました。順番が来るまで待機します。',
  },
  'preflight.busyLeft': {
    en: 'The other one has about {duration} left.',
    ja: 'もう一方の学習の残り時間は約 {duration}です。',
  },
  'preflight.tooLarge': {
    en: 'This needs more memory than the machine has.',
    ja: 'このマシンのメモリーでは足りません。',
  },

  'run.started': { en: 'Run {id}: {name}', ja: '学習 {id}: {name}' },
  'run.queued': { en: 'waiting, place {place} in the queue', ja: '順番を待っています({place} 番目)' },
  'run.step': { en: 'step {step}/{steps}', ja: 'ステップ {step}/{steps}' },
  'run.loss': { en: 'loss {loss}', ja: '損失 {loss}' },
  'run.heldOut': { en: 'held out {loss}', ja: '検証 {loss}' },
  'run.speed': { en: '{speed} tokens/s', ja: '{speed} トークン/秒' },
  'run.left': { en: '{duration} left', ja: '残り {duration}' },
  'run.stopping': {
    en: 'Stopping after this step, with a checkpoint … (Ctrl-C again: at once)',
    ja: 'このステップのあと、チェックポイントを保存して止めます …(もう一度 Ctrl-C で直ちに終了)',
  },
  'run.paused': {
    en: 'Stopped at step {step} of {steps}, with a checkpoint. Go on: {tatara} runs resume {id}',
    ja: '{steps} ステップ中 {step} で止め、チェックポイントを保存しました。再開: {tatara} runs resume {id}',
  },
  'run.pausedEarly': {
    en: 'Stopped before the first checkpoint. Start over: {tatara} runs resume {id}',
    ja: '最初のチェックポイントの前に止めました。最初からやり直す: {tatara} runs resume {id}',
  },
  'run.leftAlone': {
    en: 'Ended at once. What the last checkpoint has is kept: {tatara} runs resume {id}',
    ja: '直ちに終了しました。最後のチェックポイントまでは残っています: {tatara} runs resume {id}',
  },
  'run.cancelled': {
    en: 'Run {name} was cancelled at step {step}.',
    ja: '学習 {name} はステップ {step} で取りやめになりました。',
  },
  'run.done': {
    en: 'Done in {duration}: {steps} {steps:step|steps}, loss {loss}.',
    ja: '{duration}で完了: {steps} ステップ、損失 {loss}。',
  },
  'run.failedAt': {
    en: 'The run failed at step {step} of {steps}.',
    ja: '学習は {steps} ステップ中 {step} で失敗しました。',
  },
  'run.pauseAsked': {
    en: 'Run {name} stops after this step, with a checkpoint.',
    ja: '学習 {name} はこのステップのあと、チェックポイントを保存して止まります。',
  },
  'run.cancelAsked': { en: 'Run {name} is being stopped for good.', ja: '学習 {name} を取りやめます。' },
  'run.noMetrics': { en: 'No step was made yet.', ja: 'まだ1ステップも進んでいません。' },
  'run.noAnswers': {
    en: 'No questions were answered in this run.',
    ja: 'この学習では質問への回答を記録していません。',
  },
  'run.curve': { en: 'Loss by step', ja: '損失の推移' },
  'run.heldOutCurve': { en: 'Held-out loss by step', ja: '検証損失の推移' },

  'samples.title': { en: 'Held-out questions on the way', ja: '学習途中での検証用の質問' },
  'samples.at': { en: 'Answers at step {step}', ja: 'ステップ {step} での回答' },
  'samples.line': {
    en: 'Step {step}: {right} of {count} held-out questions right, the base {base}',
    ja: 'ステップ {step}: 検証用の質問 {count} 問中 {right} 問正解(ベースは {base} 問)',
  },
  'samples.leftOut': { en: 'Step {step}: not asked, {reason}', ja: 'ステップ {step}: 質問なし({reason})' },
  'samples.memory': { en: 'too little memory was free', ja: '空きメモリー不足のため' },
  'samples.time': { en: 'it would have held the training up', ja: '学習の遅れを避けるため' },
  'samples.failed': { en: 'the model could not be asked', ja: 'モデルに質問できなかったため' },
  'samples.more': { en: 'The answers themselves: {command}', ja: '回答の内容を見る: {command}' },

  'checkpoints.none': { en: 'No checkpoint was kept.', ja: '残っているチェックポイントはありません。' },
  'checkpoints.best': { en: 'best', ja: '最良' },
  'checkpoints.last': { en: 'last', ja: '最新' },
  'checkpoints.used': { en: 'Adapter {name} is ready.', ja: 'アダプター {name} を使えるようにしました。' },
  'exported.result': { en: 'Written: {path} ({bytes})', ja: '書き出しました: {path}({bytes})' },
  'compare.same': { en: 'The settings are the same.', ja: '設定に違いはありません。' },
  'recommend.written': {
    en: 'Written as a recipe: {path}. Train by it: {command}',
    ja: 'レシピとして書き出しました: {path}。学習を始める: {command}',
  },

  'result.title': { en: 'What it learned', ja: '学習の成果' },
  'result.heldOutRight': { en: 'Held-out questions right', ja: '検証用の質問の正答率' },
  'result.heldOutLoss': { en: 'Held-out loss', ja: '検証損失' },
  'result.oldRight': { en: 'Old facts still right', ja: '以前の知識の正答率' },
  'result.interval': { en: '{right} of {total} ({low} to {high})', ja: '{total} 問中 {right} 問({low}〜{high})' },
  'result.intervalNote': { en: 'In brackets: 95 % interval.', ja: '括弧内は 95 % 信頼区間。' },
  'result.adapter': { en: 'Adapter', ja: 'アダプター' },
  'result.model': { en: 'Model', ja: 'モデル' },
  'result.answers': { en: 'Every question and answer: {command}', ja: 'すべての質問と回答を見る: {command}' },
  'result.chat': { en: 'Talk with it: {command}', ja: '会話してみる: {command}' },

  'compare.question': { en: 'Question', ja: '質問' },
  'compare.base': { en: 'Base', ja: 'ベース' },
  'compare.tuned': { en: 'Tuned', ja: 'チューニング後' },

  'tutorial.intro': {
    en: 'A small model that comes along learns {rows} facts that it does not know. Everything below is measured here and now.',
    ja: '付属の小さなモデルに、まだ知らない {rows} 個の事実を覚えさせます。以下の数値はすべて、いまここで計測したものです。',
  },
  'tutorial.importing': { en: '1. Import', ja: '1. 取り込み' },
  'tutorial.preflight': { en: '2. Measure before the start', ja: '2. 始める前に計測' },
  'tutorial.train': { en: '3. Train', ja: '3. 学習' },
  'tutorial.compare': {
    en: '4. The same facts, asked in words that were never trained',
    ja: '4. 学習では使っていない言い回しでの質問',
  },
  'tutorial.result': { en: '5. Result', ja: '5. 結果' },
  'tutorial.kept': {
    en: 'The promise is kept: the held-out loss fell to {ratio} of what it was (at most {maxRatio}), and the tuned model answers {tuned} right (at least {minTuned}), the base {base} (at most {maxBase}).',
    ja: '約束どおりの結果です。検証損失は元の {ratio} まで下がり(目標 {maxRatio} 以下)、正答率はチューニング後 {tuned}(目標 {minTuned} 以上)、ベース {base}(目標 {maxBase} 以下)でした。',
  },
  'tutorial.broken': {
    en: 'The promise is NOT kept: {reasons}. This is a bug: please report it with the lines above.',
    ja: '約束した結果になりませんでした: {reasons}。これは不具合です。上の出力を添えてご報告ください。',
  },
  'tutorial.brokenLoss': {
    en: 'the held-out loss fell only to {ratio} (at most {maxRatio})',
    ja: '検証損失が元の {ratio} までしか下がりませんでした(目標 {maxRatio} 以下)',
  },
  'tutorial.brokenTuned': {
    en: 'the tuned model answers only {tuned} right (at least {minTuned})',
    ja: 'チューニング後の正答率が {tuned} にとどまりました(目標 {minTuned} 以上)',
  },
  'tutorial.brokenBase': {
    en: 'the base answers {base} right already (at most {maxBase})',
    ja: 'ベースの正答率がすでに {base} あります(目標 {maxBase} 以下)',
  },
  'tutorial.took': { en: 'Took {duration} in all.', ja: '全体で {duration}かかりました。' },
  'tutorial.next': { en: 'What next', ja: '次にすること' },
  'tutorial.lessons': {
    en: 'Three lessons: over-fitting, rank, learning rate',
    ja: '三つのレッスン(過学習、ランク、学習率)を試す',
  },
  'tutorial.bringing': { en: 'Bringing in model and data …', ja: 'モデルとデータを取り込んでいます …' },
  'tutorial.check': {
    en: 'What the lesson asks for is checked by: {tatara} tutorial verify {level}',
    ja: 'レッスンの課題ができたかは {tatara} tutorial verify {level} で確かめられます',
  },
  'tutorial.verifying': {
    en: 'Asking the models …',
    ja: 'モデルに質問しています …',
  },
  'tutorial.passed': { en: 'Level {level} is done.', ja: 'レベル {level} は完了です。' },
  'tutorial.open': {
    en: 'Level {level}: {done} of {total} done.',
    ja: 'レベル {level}: {total} 項目中 {done} 項目ができています。',
  },
  'tutorial.ask': { en: 'Ask both models yourself', ja: '両方のモデルに自分で質問する' },
  'tutorial.editor': {
    en: 'Open it in VS Code',
    ja: 'VS Code で開く',
  },
  'tutorial.editorHow': {
    en: 'npm run package, then code --install-extension {vsix}; the commands begin with "Tatara:"',
    ja: 'npm run package のあと code --install-extension {vsix}。コマンド名は「Tatara:」で始まります',
  },
  'tutorial.ownHow': {
    en: '{tatara} import FILE',
    ja: '{tatara} import ファイル',
  },
  'tutorial.own': { en: 'Use your own data', ja: '自分のデータで試す' },
} as const satisfies Record<string, Localised>;
