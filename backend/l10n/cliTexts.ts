/** What the command line says beside its help. */
import type { Localised } from '../contract/common.ts';

export const cliTexts = {
  'error.prefix': { en: 'Error:', ja: 'エラー:' },
  'error.bug': { en: 'A bug in Tatara: {reason}', ja: 'Tatara の不具合です: {reason}' },
  'error.usage': { en: 'See {command} --help.', ja: '{command} --help をご覧ください。' },

  'usage.unknownOption': { en: 'There is no option {value}.', ja: '{value} というオプションはありません。' },
  'usage.unknownCommand': { en: 'There is no command {value}.', ja: '{value} というコマンドはありません。' },
  'usage.missingArgument': { en: '{value} is missing.', ja: '{value} の指定がありません。' },
  'usage.tooMany': { en: 'There are more arguments than this command takes.', ja: '引数が多すぎます。' },
  'usage.optionValue': { en: '{value} needs a value.', ja: '{value} には値が必要です。' },
  'usage.didYouMean': { en: 'Did you mean {value}?', ja: '{value} のことですか?' },
  'usage.unreadable': { en: 'The recipe {path} cannot be read: {reason}', ja: 'レシピ {path} を読めません: {reason}' },
  'usage.unwritable': { en: '{path} cannot be written: {reason}', ja: '{path} に書き込めません: {reason}' },
  'usage.setting': {
    en: '"{value}" is no setting with a value. Write it like lora.rank=1.',
    ja: '「{value}」は設定と値の組になっていません。lora.rank=1 のように書いてください。',
  },
  'usage.number': {
    en: '{option} must be a number of at least {least}, not "{value}".',
    ja: '{option} には {least} 以上の数を指定してください(「{value}」は使えません)。',
  },
  'usage.choice': {
    en: '{option} must be one of {choices}, not "{value}".',
    ja: '{option} には {choices} のいずれかを指定してください(「{value}」は使えません)。',
  },
  'usage.train': {
    en: 'Name a recipe file, or a base model and a data set: {tatara} train --base NAME --dataset NAME.',
    ja: 'レシピのファイルか、ベースモデルとデータセットを指定してください: {tatara} train --base 名前 --dataset 名前',
  },
  'usage.trainBoth': {
    en: 'A recipe decides everything: leave out {options}, or the recipe.',
    ja: 'レシピがすべてを決めます。{options} を外すか、レシピを外してください。',
  },
  'usage.oneName': {
    en: '--name fits one file; {count} were given.',
    ja: '--name は1つのファイルにだけ使えます({count} 個指定されています)。',
  },
  'usage.adapterBase': {
    en: 'An adapter belongs to a base model: add --base NAME.',
    ja: 'アダプターの対象となるベースモデルを --base 名前 で指定してください。',
  },
  'usage.noSuch': {
    en: 'No {kind} is called "{value}". There {count:is|are} {count}{names}.',
    ja: '「{value}」という{kind}はありません。現在 {count} 件あります{names}。',
  },
  'usage.ambiguous': {
    en: '"{value}" fits several: {names}. Say more of the id.',
    ja: '「{value}」に当てはまるものが複数あります: {names}。ID をもう少し長く指定してください。',
  },

  'usage.defaultClear': {
    en: 'Name a model, or say --clear, not both.',
    ja: 'モデルの指定と --clear は、どちらか一方だけにしてください。',
  },

  'kind.run': { en: 'run', ja: '学習' },
  'kind.dataset': { en: 'data set', ja: 'データセット' },
  'kind.model': { en: 'base model', ja: 'ベースモデル' },
  'kind.adapter': { en: 'adapter', ja: 'アダプター' },

  'import.dataset': {
    en: 'Data set {name}, version {version}: {rows} {rows:row|rows}, {bytes}.',
    ja: 'データセット {name} 第{version}版: {rows} 行、{bytes}。',
  },
  'import.unchanged': {
    en: 'Data set {name}, version {version}, has just these {rows} {rows:row|rows} already: nothing changed.',
    ja: 'データセット {name} 第{version}版は同じ {rows} 行をすでに持っています。変更はありません。',
  },
  'import.skipped': {
    en: '{count} broken {count:row|rows} left out:',
    ja: '壊れた {count} 行を除きました:',
  },
  'import.problem': { en: '  line {line}{column}: {message}', ja: '  {line} 行目{column}: {message}' },
  'import.problemColumn': { en: ', column {column}', ja: ' {column} 文字目' },
  'import.more': { en: '  … and {count} more', ja: '  … ほか {count} 件' },
  'import.model': {
    en: 'Base model {name}: {architecture}, {parameters} parameters, {type}, {bytes}.',
    ja: 'ベースモデル {name}: {architecture}、パラメーター {parameters}、{type}、{bytes}。',
  },
  'import.refusal': {
    en: 'It can be asked, but not tuned: {reason}',
    ja: '会話には使えますが、チューニングはできません: {reason}',
  },
  'import.noTemplate': {
    en: 'The file has no chat template.',
    ja: 'このファイルにはチャットテンプレートがありません。',
  },
  'import.adapter': {
    en: 'Adapter {name} for {base}: rank {rank}, {bytes}.',
    ja: 'アダプター {name}({base} 用): ランク {rank}、{bytes}。',
  },

  'list.empty.runs': {
    en: 'No runs yet. Start one: {tatara} train --base NAME --dataset NAME',
    ja: 'まだ学習はありません。{tatara} train --base 名前 --dataset 名前 で始められます。',
  },
  'list.empty.datasets': {
    en: 'No data sets yet. Take one in: {tatara} import FILE',
    ja: 'まだデータセットはありません。{tatara} import ファイル で取り込めます。',
  },
  'list.empty.models': {
    en: 'No base models yet. Take one in: {tatara} import MODEL.gguf',
    ja: 'まだベースモデルはありません。{tatara} import モデル.gguf で取り込めます。',
  },
  'list.empty.adapters': {
    en: 'No adapters yet. A run makes one: {tatara} train',
    ja: 'まだアダプターはありません。{tatara} train で作れます。',
  },
  'list.more': { en: '{shown} of {total} shown.', ja: '{total} 件のうち {shown} 件を表示しています。' },

  'column.id': { en: 'ID', ja: 'ID' },
  'column.name': { en: 'Name', ja: '名前' },
  'column.version': { en: 'Version', ja: '版' },
  'column.rows': { en: 'Rows', ja: '行数' },
  'column.size': { en: 'Size', ja: 'サイズ' },
  'column.source': { en: 'Source', ja: '元ファイル' },
  'column.created': { en: 'Created', ja: '作成日時' },
  'column.architecture': { en: 'Architecture', ja: '構造' },
  'column.parameters': { en: 'Parameters', ja: 'パラメーター' },
  'column.type': { en: 'Type', ja: '型' },
  'column.context': { en: 'Context', ja: 'コンテキスト長' },
  'column.file': { en: 'File', ja: 'ファイル' },
  'column.licence': { en: 'Licence', ja: 'ライセンス' },
  'column.layers': { en: 'Layers', ja: '層数' },
  'column.vocabulary': { en: 'Vocabulary', ja: '語彙数' },
  'column.template': { en: 'Chat template', ja: 'チャットテンプレート' },
  'column.training': { en: 'Can be tuned', ja: 'チューニング' },
  'column.hash': { en: 'Hash', ja: 'ハッシュ' },
  'column.base': { en: 'Base', ja: 'ベース' },
  'column.rank': { en: 'Rank', ja: 'ランク' },
  'column.state': { en: 'State', ja: '状態' },
  'column.steps': { en: 'Steps', ja: 'ステップ' },
  'column.loss': { en: 'Loss', ja: '損失' },
  'column.heldOut': { en: 'Held out', ja: '検証損失' },
  'column.verdict': { en: 'Verdict', ja: '判定' },
  'column.adapter': { en: 'Adapter', ja: 'アダプター' },
  'column.setting': { en: 'Setting', ja: '設定' },
  'column.value': { en: 'Value', ja: '値' },
  'column.why': { en: 'Why', ja: '理由' },
  'column.continued': { en: 'Goes on from', ja: '継続元' },
  'column.right': { en: 'Right', ja: '正答率' },
  'column.learningRate': { en: 'Learning rate', ja: '学習率' },
  'column.gradientNorm': { en: 'Gradient norm', ja: '勾配ノルム' },
  'column.speed': { en: 'Tokens/s', ja: 'トークン/秒' },
  'column.memory': { en: 'Memory', ja: 'メモリー' },
  'column.dataset': { en: 'Data set', ja: 'データセット' },
  'column.device': { en: 'Device', ja: 'デバイス' },
  'column.engine': { en: 'Engine', ja: 'エンジン' },
  'column.seed': { en: 'Seed', ja: 'シード' },
  'column.checkpoint': { en: 'Checkpoint', ja: 'チェックポイント' },
  'column.took': { en: 'Took', ja: '所要時間' },

  'column.shown': { en: 'Shown to be', ja: '評価' },
  'shown.better': { en: 'better', ja: '改善' },
  'shown.none': { en: 'no different', ja: '差なし' },
  'shown.worse': { en: 'worse', ja: '悪化' },
  'shown.forgot': { en: 'forgetful', ja: '忘却' },
  'shown.unmeasured': { en: '–', ja: '–' },

  'deleted.dataset': { en: 'Data set {name} is deleted.', ja: 'データセット {name} を削除しました。' },
  'deleted.model': {
    en: 'Base model {name} is forgotten. Its file stays: {path}',
    ja: 'ベースモデル {name} の登録を解除しました。ファイルは残っています: {path}',
  },
  'deleted.adapter': { en: 'Adapter {name} is deleted.', ja: 'アダプター {name} を削除しました。' },
  'deleted.run': { en: 'Run {name} is deleted.', ja: '学習 {name} を削除しました。' },

  'role.system': { en: 'system', ja: 'システム' },
  'role.user': { en: 'user', ja: 'ユーザー' },
  'role.tool': { en: 'tool', ja: 'ツール' },
  'role.assistant': { en: 'assistant', ja: 'アシスタント' },
  'word.yes': { en: 'yes', ja: 'あり' },
  'word.no': { en: 'no', ja: 'なし' },
  'word.possible': { en: 'yes', ja: '可' },
  'word.missing': { en: 'file missing or changed', ja: 'ファイルがないか変更されています' },
  'word.base': { en: 'base', ja: 'ベース' },
  'word.tuned': { en: 'tuned', ja: 'チューニング後' },

  'chat.welcome': {
    en: 'Talking with {model}. /new starts over, /quit ends; Ctrl-C stops an answer.',
    ja: '{model} と会話します。/new で最初から、/quit で終了、Ctrl-C で回答を止めます。',
  },
  'chat.compareWelcome': {
    en: 'Each question is answered by {base} (base) and {model} (tuned). /base, /same or /tuned keeps which was better.',
    ja: '質問ごとに {base}(ベース)と {model}(チューニング後)が答えます。/base、/same、/tuned で良いほうを記録できます。',
  },
  'chat.new': { en: 'A new conversation.', ja: '新しい会話を始めます。' },
  'chat.truncated': {
    en: '(cut off: the answer reached its greatest length)',
    ja: '(回答が最大の長さに達したため、途中で切れています)',
  },
  'chat.notAdapter': {
    en: '{model} is a base model: there is nothing to compare it with. Name an adapter.',
    ja: '{model} はベースモデルなので、比べる相手がありません。アダプターを指定してください。',
  },

  'serve.ready': { en: 'Tatara listens on {url}', ja: 'Tatara が {url} で待ち受けています' },
  'serve.token': { en: 'Token', ja: 'トークン' },
  'serve.data': { en: 'Data', ja: 'データ' },
  'serve.models': { en: 'Models', ja: 'モデル' },
  'serve.noModels': { en: 'none yet ({tatara} import MODEL.gguf)', ja: 'まだありません({tatara} import モデル.gguf)' },
  'serve.example': { en: 'Try it:', ja: '試すには:' },
  'serve.question': { en: 'Hello!', ja: 'こんにちは' },
  'serve.stop': { en: 'Ctrl-C ends it.', ja: 'Ctrl-C で終了します。' },
  'serve.stopped': { en: 'Stopped.', ja: '終了しました。' },

  'status.off': {
    en: 'No backend is running. The next command that needs it starts it.',
    ja: 'バックエンドは動いていません。必要とするコマンドを実行すると起動します。',
  },
  'status.address': { en: 'Address', ja: 'アドレス' },
  'status.version': { en: 'Version', ja: 'バージョン' },
  'status.process': { en: 'Process', ja: 'プロセス' },
  'status.since': { en: 'Running for', ja: '稼働時間' },
  'status.runs': { en: 'Runs', ja: '学習' },
  'status.runCount': { en: '{running} running, {queued} queued', ja: '実行中 {running} 件、待機中 {queued} 件' },
  'status.default': { en: 'Default model', ja: '既定のモデル' },
  'status.none': { en: 'none chosen', ja: '未選択' },
  'status.nothingLoaded': { en: 'No model is loaded.', ja: '読み込まれているモデルはありません。' },
  'status.loaded': { en: 'Loaded model', ja: '読み込み済みのモデル' },
  'status.adapters': { en: 'Adapters', ja: 'アダプター' },
  'status.inUse': { en: 'in use', ja: '使用中' },
  'status.idle': { en: 'idle', ja: '待機中' },

  'default.is': { en: 'The default model is {name}.', ja: '既定のモデルは {name} です。' },
  'default.none': {
    en: 'No default model is chosen. Choose one: {tatara} models default NAME',
    ja: '既定のモデルは選ばれていません。{tatara} models default 名前 で選べます。',
  },
  'default.chosen': { en: 'The default model is now {name}.', ja: '既定のモデルを {name} にしました。' },
  'default.cleared': { en: 'There is no default model any more.', ja: '既定のモデルをなしにしました。' },

  'doctor.good': { en: 'All that is needed is there.', ja: '必要なものはそろっています。' },
  'doctor.warnings': {
    en: 'It works, with {count} {count:thing|things} to look at.',
    ja: '動作しますが、確認したほうがよい点が {count} 件あります。',
  },
  'doctor.bad': {
    en: '{count} {count:thing keeps|things keep} Tatara from working.',
    ja: '動作を妨げている問題が {count} 件あります。',
  },
  'doctor.devices': { en: 'Devices', ja: 'デバイス' },
  'doctor.memory': { en: '{free} of {total} free', ja: '{total} 中 {free} が空き' },
} as const satisfies Record<string, Localised>;
