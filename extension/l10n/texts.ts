/** What the extension says outside of the manifest, in both languages. */
import type { Localised } from '../../backend/contract/common.ts';

export const texts = {
  'backend.crashed': {
    en: 'The backend of Tatara ended unexpectedly. It is started again by itself unless it keeps ending. Nothing that was stored is lost.',
    ja: 'Tatara のバックエンドが予期せず終了しました。終了を繰り返さないかぎり、自動で起動し直します。保存済みのものは失われていません。',
  },
  'backend.givenUp': {
    en: 'The backend of Tatara kept ending, so it was left off. Nothing that was stored is lost. The log says what happened; restart it to go on.',
    ja: 'Tatara のバックエンドが終了を繰り返したため、自動での起動をやめました。保存済みのものは失われていません。原因はログで確認できます。続けるには起動し直してください。',
  },
  'backend.notAgain': {
    en: 'The backend of Tatara ended and could not be started again. {reason} Nothing that was stored is lost.',
    ja: 'Tatara のバックエンドが終了し、起動し直せませんでした。{reason} 保存済みのものは失われていません。',
  },
  'backend.starting': { en: 'Starting the backend …', ja: 'バックエンドを起動しています …' },
  'backend.restarting': { en: 'Starting the backend again …', ja: 'バックエンドを起動し直しています …' },
  'backend.failed': { en: 'The backend did not start', ja: 'バックエンドを起動できませんでした' },
  'backend.ended': { en: 'The backend kept ending', ja: 'バックエンドが終了を繰り返しました' },
  'backend.ended.what': { en: 'click to restart', ja: 'クリックで起動し直す' },
  'backend.ended.tooltip': {
    en: 'It ended several times in a row, so it is not started again by itself. Nothing that was stored is lost. Click to restart it; "Tatara: Show Log" says what happened.',
    ja: '続けて何度も終了したため、自動では起動し直しません。保存済みのものは失われていません。クリックすると起動し直します。原因は「Tatara: ログを表示」で確認できます。',
  },
  'backend.stopped': { en: 'The backend was stopped', ja: 'バックエンドは停止しています' },
  'backend.off': { en: 'Not started yet', ja: 'まだ起動していません' },
  'backend.stop.ask': {
    en: 'Stop the backend for all windows?',
    ja: 'すべてのウィンドウでバックエンドを停止しますか?',
  },
  'backend.stop.detail': {
    en: 'A run that is going on is paused with a checkpoint and can be resumed.',
    ja: '実行中の学習はチェックポイントを保存して中断し、あとで再開できます。',
  },
  'settings.restart': {
    en: 'The setting takes effect when the backend is started again. Runs are paused with a checkpoint.',
    ja: '設定はバックエンドを起動し直すと有効になります。実行中の学習はチェックポイントを保存して中断します。',
  },
  'button.showLog': { en: 'Show log', ja: 'ログを表示' },
  'button.open': { en: 'Open', ja: '開く' },
  'button.restart': { en: 'Restart', ja: '起動し直す' },
  'button.stop': { en: 'Stop', ja: '停止' },
  'button.delete': { en: 'Delete', ja: '削除' },
  'button.forget': { en: 'Remove from list', ja: '一覧から外す' },
  'button.import': { en: 'Import', ja: '取り込む' },
  'button.export': { en: 'Export', ja: '書き出す' },
  'button.takeGood': { en: 'Take the good rows', ja: '正しい行だけ取り込む' },
  'button.settings': { en: 'Open settings', ja: '設定を開く' },
  'button.trust': { en: 'Manage trust', ja: '信頼を管理' },

  'backend.failed.tooltip': {
    en: 'The backend did not start. Click for the log.',
    ja: 'バックエンドを起動できませんでした。クリックするとログを表示します。',
  },
  'backend.ended.status': {
    en: 'The backend kept ending, so it was left off. Click for the log.',
    ja: 'バックエンドが終了を繰り返したため、自動での起動をやめました。クリックするとログを表示します。',
  },
  'workspace.untrusted': {
    en: 'Tatara starts nothing until you trust this workspace.',
    ja: 'このワークスペースを信頼するまで、Tatara は何も起動しません。',
  },

  'server.running': { en: 'running', ja: '動作中' },
  'server.loaded': {
    en: 'running · {count} {count:model|models} loaded · {bytes}',
    ja: '動作中 · {count} 個のモデルを読み込み済み · {bytes}',
  },
  'server.version': { en: 'Version {version}', ja: 'バージョン {version}' },
  'server.process': { en: 'Process', ja: 'プロセス' },
  'server.default': { en: 'Default model', ja: '既定のモデル' },
  'server.default.none': { en: 'none chosen', ja: '未選択' },
  'server.inUse': { en: 'in use', ja: '使用中' },
  'server.idle': { en: 'idle', ja: '待機中' },
  'server.memory.tooltip': {
    en: 'Weights and contexts in memory. An idle model is unloaded where the memory is needed.',
    ja: 'メモリー上の重みとコンテキスト。待機中のモデルは、メモリーが必要になると解放されます。',
  },
  'copied.url': { en: 'The address was copied.', ja: 'アドレスをコピーしました。' },

  'dataset.count': { en: '{rows} {rows:row|rows}', ja: '{rows} 行' },
  'dataset.tooltip': {
    en: '**{name}** version {version}\n\n{rows} {rows:row|rows}, {bytes}\n\nfrom {source}, {time}',
    ja: '**{name}** 第{version}版\n\n{rows} 行、{bytes}\n\n{source} から {time} に取り込み',
  },
  'dataset.skipped': { en: '{count} left out', ja: '{count} 行を除外' },
  'dataset.problems': {
    en: '{count} {count:problem|problems} to look at',
    ja: '確認が必要な問題が {count} 件',
  },
  'dataset.duplicates': {
    en: '{count} {count:row repeats|rows repeat} an earlier one',
    ja: '{count} 行が前の行と重複',
  },
  'dataset.imported': {
    en: '{name} version {version}: {rows} {rows:row|rows}.',
    ja: '{name} 第{version}版: {rows} 行を取り込みました。',
  },
  'dataset.unchanged': {
    en: '{name} has these rows already: version {version} stays.',
    ja: '{name} には同じ行がすでにあります。第{version}版のままです。',
  },
  'dataset.importing': { en: 'Importing {name} …', ja: '{name} を取り込んでいます …' },
  'export.writing': { en: 'Writing the file …', ja: 'ファイルに書き込んでいます …' },
  'export.written': {
    en: '{rows} {rows:row|rows}, {bytes}, written to {path}',
    ja: '{rows} 行、{bytes} を {path} に書き込みました',
  },
  'dataset.files': { en: 'Data (JSONL, JSON, CSV)', ja: 'データ (JSONL、JSON、CSV)' },
  'dataset.pick': { en: 'Which data set?', ja: 'どのデータセットですか?' },
  'dataset.delete': {
    en: 'Delete the data set {name} version {version}?',
    ja: 'データセット {name} 第{version}版を削除しますか?',
  },
  'dataset.delete.detail': {
    en: 'The file that it was imported from stays. This cannot be undone.',
    ja: '取り込み元のファイルは残ります。この操作は取り消せません。',
  },

  'run.left': { en: '{duration} left', ja: '残り {duration}' },
  'run.place': { en: 'place {place} in the queue', ja: '待ち順 {place} 番目' },
  'run.state.queued': { en: 'queued', ja: '待機中' },
  'run.state.running': { en: 'running', ja: '実行中' },
  'run.state.paused': { en: 'paused at step {step}', ja: 'ステップ {step} で中断' },
  'run.state.succeeded': { en: 'done', ja: '完了' },
  'run.state.failed': { en: 'failed', ja: '失敗' },
  'run.state.cancelled': { en: 'cancelled', ja: '取りやめ' },
  'run.verdict.better': { en: 'better {change}', ja: '改善 {change}' },
  'run.verdict.none': { en: 'no difference shown', ja: '差は認められず' },
  'run.verdict.worse': { en: 'worse {change}', ja: '悪化 {change}' },
  'run.verdict.forgot': { en: 'forgot what it knew', ja: '以前の知識を忘れた' },
  'run.tooltip': {
    en: '**{name}**\n\n{base} · {dataset}\n\nstep {step} of {steps}, {state}\n\n{time}',
    ja: '**{name}**\n\n{base} · {dataset}\n\n{steps} ステップ中 {step}、{state}\n\n{time}',
  },
  'run.loss': { en: 'loss {loss}', ja: '損失 {loss}' },
  'run.heldOut': { en: 'held out {loss}', ja: '検証損失 {loss}' },
  'run.more': { en: 'Show {count} more', ja: 'さらに {count} 件を表示' },
  'run.shown': { en: '{shown} of {total} shown', ja: '{total} 件中 {shown} 件を表示' },
  'run.waiting': { en: '{count} more in the queue', ja: 'ほかに {count} 件が待機中' },
  'run.pick': { en: 'Which run?', ja: 'どの学習ですか?' },
  'run.none': { en: 'There is no run to which this applies.', ja: 'この操作ができる学習はありません。' },
  'run.started': { en: 'The run {name} is queued.', ja: '学習 {name} を待ち行列に入れました。' },
  'run.cancel': { en: 'Stop the run {name} for good?', ja: '学習 {name} を取りやめますか?' },
  'run.cancel.detail': {
    en: 'What it has learned until its last checkpoint is kept.',
    ja: '最後のチェックポイントまでに学んだことは残ります。',
  },
  'run.delete': { en: 'Delete the run {name}?', ja: '学習 {name} を削除しますか?' },
  'run.delete.detail': {
    en: 'Its checkpoints are deleted, its adapter stays. This cannot be undone.',
    ja: 'チェックポイントは削除されますが、アダプターは残ります。この操作は取り消せません。',
  },
  'run.ended': { en: 'The run {name} has ended: {result}.', ja: '学習 {name} が終わりました: {result}。' },
  'run.failed': { en: 'The run {name} failed: {reason}', ja: '学習 {name} が失敗しました: {reason}' },
  'run.recipes': { en: 'Recipe (YAML)', ja: 'レシピ (YAML)' },

  'model.tooltip': {
    en: '**{name}**\n\n{architecture}, {parameters} parameters, {type}, {bytes}\n\n{path}',
    ja: '**{name}**\n\n{architecture}、パラメーター数 {parameters}、{type}、{bytes}\n\n{path}',
  },
  'model.missing': { en: 'its file is gone or was changed', ja: 'ファイルがないか、変更されています' },
  'model.refused': { en: 'cannot be trained: {reason}', ja: '学習できません: {reason}' },
  'model.importing': { en: 'Reading {name} …', ja: '{name} を読み込んでいます …' },
  'model.imported': { en: 'The model {name} is ready.', ja: 'モデル {name} を使えるようになりました。' },
  'model.files': { en: 'Model (GGUF)', ja: 'モデル (GGUF)' },
  'model.pick': { en: 'Which model?', ja: 'どのモデルですか?' },
  'model.none': { en: 'There is no model yet.', ja: 'モデルはまだありません。' },
  'model.default': { en: 'The default model is now {name}.', ja: '既定のモデルを {name} にしました。' },
  'model.inUse': { en: 'in use', ja: '既定' },
  'model.inUse.tooltip': {
    en: 'The default: chat and the API ask it where no model is named.',
    ja: '既定のモデルです。指定がないとき、チャットと API はこのモデルを使います。',
  },
  'model.shown.better': { en: 'proven', ja: '改善を確認' },
  'model.shown.none': { en: 'no difference', ja: '差なし' },
  'model.shown.worse': { en: 'worse', ja: '悪化' },
  'model.shown.forgot': { en: 'forgetful', ja: '忘却あり' },
  'adapter.shown.better': {
    en: 'Proven: its held-out answers are better than those of its base.',
    ja: '検証用の質問への回答が、ベースより良くなったことを確認済みです。',
  },
  'adapter.shown.none': {
    en: 'Its held-out answers show no difference to those of its base.',
    ja: '検証用の質問への回答に、ベースとの差は認められません。',
  },
  'adapter.shown.worse': {
    en: 'Its held-out answers are worse than those of its base.',
    ja: '検証用の質問への回答が、ベースより悪くなっています。',
  },
  'adapter.shown.forgot': {
    en: 'It has forgotten things that its base knows.',
    ja: 'ベースが知っていたことを忘れています。',
  },
  'adapter.shown.unmeasured': {
    en: 'Not measured against its base.',
    ja: 'ベースとの比較はまだ測定されていません。',
  },
  'model.delete': { en: 'Remove the model {name} from the list?', ja: 'モデル {name} を一覧から外しますか?' },
  'model.delete.detail': { en: 'Its file stays where it is.', ja: 'ファイルはそのまま残ります。' },
  'adapter.tooltip': {
    en: '**{name}**\n\nrank {rank}, {bytes}\n\n{time}',
    ja: '**{name}**\n\nランク {rank}、{bytes}\n\n{time}',
  },
  'adapter.description': { en: 'rank {rank} · {bytes}', ja: 'ランク {rank} · {bytes}' },
  'adapter.importing': { en: 'Reading the adapter {name} …', ja: 'アダプター {name} を読み込んでいます …' },
  'adapter.files': { en: 'Adapter (GGUF)', ja: 'アダプター (GGUF)' },
  'adapter.imported': { en: 'The adapter {name} is ready.', ja: 'アダプター {name} を使えるようになりました。' },
  'adapter.delete': { en: 'Delete the adapter {name}?', ja: 'アダプター {name} を削除しますか?' },
  'adapter.delete.detail': { en: 'This cannot be undone.', ja: 'この操作は取り消せません。' },

  'lesson.pick': { en: 'Which lesson?', ja: 'どのレッスンですか?' },
  'tutorial.importing': { en: 'Bringing in the tutorial …', ja: 'チュートリアルを用意しています …' },
  'tutorial.imported': {
    en: 'The tutorial model and its data are in the lists on the left.',
    ja: 'チュートリアルのモデルとデータを左の一覧に入れました。',
  },
} as const satisfies Record<string, Localised>;

export type TextKey = keyof typeof texts;
