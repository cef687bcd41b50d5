/** The errors of models, adapters and runs, part of the error table. */
export const runErrors = {
  dataset_not_found: {
    status: 404,
    message: { en: 'There is no data set {id}.', ja: 'データセット {id} はありません。' },
    hint: { en: '"tatara datasets" lists them.', ja: '一覧は「tatara datasets」で分かります。' },
  },
  dataset_in_use: {
    status: 409,
    message: {
      en: 'The data set {name} is used by the unfinished run {run}.',
      ja: 'データセット {name} は、終わっていない学習 {run} が使っています。',
    },
    hint: {
      en: 'Cancel and delete that run first, or let it end.',
      ja: '先にその学習を取りやめて削除するか、終わるまで待ってください。',
    },
  },
  model_not_found: {
    status: 404,
    message: { en: 'There is no model {id}.', ja: 'モデル {id} はありません。' },
    hint: {
      en: '"tatara models" lists them; "tatara import" takes in another one.',
      ja: '一覧は「tatara models」で分かります。追加は「tatara import」です。',
    },
  },
  model_name_taken: {
    status: 409,
    message: {
      en: 'Another model has the name {name} already.',
      ja: '{name} という名前の別のモデルがすでにあります。',
    },
    hint: { en: 'Give it another name.', ja: '別の名前を付けてください。' },
  },
  model_known: {
    status: 409,
    message: {
      en: 'This model is here already, under the name {name}: {path}',
      ja: 'このモデルは {name} という名前ですでにあります: {path}',
    },
    hint: { en: 'Use it under that name, or delete it first.', ja: 'その名前で使うか、先に削除してください。' },
  },
  model_in_use: {
    status: 409,
    message: { en: 'The model {name} is needed by {user}.', ja: 'モデル {name} は {user} に必要です。' },
    hint: { en: 'Delete that first.', ja: '先にそちらを削除してください。' },
  },
  model_is_adapter: {
    status: 422,
    message: { en: '{path} is an adapter, not a base model.', ja: '{path} はベースモデルではなくアダプターです。' },
    hint: {
      en: 'Import it as an adapter and name its base.',
      ja: 'ベースモデルを指定し、アダプターとして取り込んでください。',
    },
  },
  model_folder: {
    status: 422,
    message: {
      en: 'The folder {path} holds no model that can be imported: config.json is missing.',
      ja: 'フォルダー {path} には取り込めるモデルがありません。config.json がありません。',
    },
    hint: {
      en: 'Give the path of a GGUF file, or of a Hugging Face folder.',
      ja: 'GGUF ファイルか Hugging Face 形式のフォルダーを指定してください。',
    },
  },
  model_file_missing: {
    status: 409,
    message: {
      en: 'The file of the model {name} is gone: {path}',
      ja: 'モデル {name} のファイルがなくなっています: {path}',
    },
    hint: {
      en: 'Put it back, or import it from where it is now.',
      ja: '元の場所に戻すか、今ある場所から取り込み直してください。',
    },
  },
  model_file_changed: {
    status: 409,
    message: {
      en: 'The file of the model {name} is not the one that was imported: {path}',
      ja: 'モデル {name} のファイルが、取り込んだときのものと違います: {path}',
    },
    hint: {
      en: 'Put the old file back, or import the new one under another name.',
      ja: '元のファイルに戻すか、新しいファイルを別の名前で取り込んでください。',
    },
  },
  adapter_not_found: {
    status: 404,
    message: { en: 'There is no adapter {id}.', ja: 'アダプター {id} はありません。' },
    hint: { en: '"tatara adapters" lists them.', ja: '一覧は「tatara adapters」で分かります。' },
  },
  adapter_in_use: {
    status: 409,
    message: {
      en: 'The adapter {name} is needed by the unfinished run {run}.',
      ja: 'アダプター {name} は、終わっていない学習 {run} に必要です。',
    },
    hint: { en: 'Let the run end, or delete it first.', ja: '学習が終わるまで待つか、先に学習を削除してください。' },
  },
  lesson_not_found: {
    status: 404,
    message: { en: 'There is no lesson {id}.', ja: 'レッスン {id} はありません。' },
    hint: { en: 'The lessons are 1, 2 and 3.', ja: 'レッスンは 1、2、3 です。' },
  },
  run_not_found: {
    status: 404,
    message: { en: 'There is no run {id}.', ja: '学習 {id} はありません。' },
    hint: { en: '"tatara runs" lists them.', ja: '一覧は「tatara runs」で分かります。' },
  },
  run_interrupted: {
    status: 500,
    message: {
      en: 'The backend died {times} times in a row while it worked on this run.',
      ja: 'この学習の処理中に、バックエンドが {times} 回続けて異常終了しました。',
    },
    hint: {
      en: 'Resume the run to try again; it goes on from where it was. The log of the backend may tell more.',
      ja: '再開すると、続きからもう一度試します。バックエンドのログに手がかりがあるかもしれません。',
    },
  },
  run_not_running: {
    status: 409,
    message: {
      en: 'The run {name} has ended already ({state}).',
      ja: '学習 {name} はすでに終わっています ({state})。',
    },
  },
  run_not_resumable: {
    status: 409,
    message: {
      en: 'The run {name} cannot be resumed: it is {state}.',
      ja: '学習 {name} は再開できません (状態: {state})。',
    },
    hint: {
      en: 'Runs that are paused, failed or cancelled can be resumed.',
      ja: '再開できるのは、中断・失敗・取りやめになった学習です。',
    },
  },
  run_not_ended: {
    status: 409,
    message: {
      en: 'The run {name} has not ended: it is {state}.',
      ja: '学習 {name} はまだ終わっていません (状態: {state})。',
    },
    hint: { en: 'Cancel it first.', ja: '先に取りやめてください。' },
  },
  run_data_changed: {
    status: 409,
    message: { en: 'The run {name} cannot go on: {reason}.', ja: '学習 {name} を続けられません: {reason}。' },
    hint: { en: 'Start a new run from the same recipe.', ja: '同じレシピで新しい学習を開始してください。' },
  },
  checkpoint_not_found: {
    status: 404,
    message: {
      en: 'The run {name} keeps no checkpoint of step {step}; it keeps: {steps}.',
      ja: '学習 {name} にステップ {step} のチェックポイントは残っていません。残っているもの: {steps}。',
    },
    hint: {
      en: 'Name one of these steps. How many stay is training.keep_checkpoints in the recipe.',
      ja: '残っているステップを指定してください。残す数はレシピの training.keep_checkpoints で決まります。',
    },
  },
  checkpoint_at_end: {
    status: 409,
    message: {
      en: 'The checkpoint of step {step} is the end of a run of {steps} steps: nothing is left to learn.',
      ja: 'ステップ {step} のチェックポイントは、{steps} ステップの学習の終わりです。続きはありません。',
    },
    hint: {
      en: 'Say how many steps the new run shall have in all.',
      ja: '新しい学習の全ステップ数を、これより多く指定してください。',
    },
  },
  checkpoint_whole_model: {
    status: 409,
    message: {
      en: 'The run {name} trains the whole model, so its checkpoints have no adapter.',
      ja: '学習 {name} はモデル全体を対象とするため、チェックポイントからアダプターは作れません。',
    },
    hint: {
      en: 'Export the checkpoint as a model, and import that.',
      ja: 'チェックポイントをモデルとして書き出し、取り込んでください。',
    },
  },
  run_without_result: {
    status: 409,
    message: {
      en: 'The run {name} has made nothing that could be written as {format}.',
      ja: '学習 {name} には、{format} として書き出せるものがありません。',
    },
    hint: {
      en: 'Let it end, or name the step of a checkpoint. A whole model is written as gguf only.',
      ja: '終わるまで待つか、チェックポイントのステップを指定してください。モデル全体の書き出しは gguf のみです。',
    },
  },
  row_too_long: {
    status: 422,
    message: {
      en: 'Row {row} of the data set {dataset} has {tokens} tokens; the context holds {limit}.',
      ja: 'データセット {dataset} の {row} 行目は {tokens} トークンあり、コンテキストの {limit} トークンに収まりません。',
    },
    hint: {
      en: 'Shorten it, raise training.context_length, or leave such rows out (training.long_rows: skip).',
      ja: '短くするか、training.context_length を上げるか、そうした行を除いて (training.long_rows: skip) ください。',
    },
  },
  row_without_answer_tokens: {
    status: 422,
    message: {
      en: 'Row {row} of the data set {dataset} has no answer that could be learned.',
      ja: 'データセット {dataset} の {row} 行目には、学習できる回答がありません。',
    },
    hint: { en: 'Write an answer, or remove the row.', ja: '回答を書くか、行を取り除いてください。' },
  },
  no_training_rows: {
    status: 422,
    message: {
      en: 'The data set {dataset} leaves no rows to train on ({rows} rows, {held_out} held out, {skipped} too long).',
      ja: 'データセット {dataset} に学習用の行が残りません (全 {rows} 行、評価用 {held_out} 行、長すぎる {skipped} 行)。',
    },
    hint: {
      en: 'Add rows, or hold fewer of them out (evaluation.held_out).',
      ja: '行を増やすか、評価用に取り分ける割合 (evaluation.held_out) を下げてください。',
    },
  },
} as const;
