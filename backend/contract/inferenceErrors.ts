/** The errors of asking a model, part of the error table. */
export const inferenceErrors = {
  preference_not_found: {
    status: 404,
    message: { en: 'There is no judgement {id}.', ja: '評価 {id} はありません。' },
  },
  default_model_missing: {
    status: 404,
    message: {
      en: 'No model is named, and none was made the default.',
      ja: 'モデルの指定がなく、既定のモデルも選ばれていません。',
    },
    hint: {
      en: 'Name a model, or choose a default with "tatara models default NAME".',
      ja: 'モデルを指定するか、「tatara models default 名前」で既定のモデルを選んでください。',
    },
  },
  default_model_lost: {
    status: 409,
    message: {
      en: '{name} cannot become the default: {reason}.',
      ja: '{name} は既定のモデルにできません。{reason}。',
    },
    hint: {
      en: 'It can still be asked by its name. Tune again with other settings or more data, and choose one that won.',
      ja: '名前を指定すれば質問はできます。設定やデータを変えてもう一度学習し、改善が確かめられたものを選んでください。',
    },
  },
  inference_unavailable: {
    status: 503,
    message: {
      en: 'The library that runs models could not be loaded: {reason}',
      ja: 'モデルを動かすライブラリーを読み込めませんでした: {reason}',
    },
    hint: {
      en: 'Run "tatara doctor"; it shows which library is missing for this machine.',
      ja: '「tatara doctor」を実行すると、このマシンに足りないライブラリーが分かります。',
    },
  },
  model_load_failed: {
    status: 422,
    message: {
      en: 'The model {path} could not be loaded: {reason}',
      ja: 'モデル {path} を読み込めませんでした: {reason}',
    },
    hint: {
      en: 'Check that the file is a complete GGUF model and that there is enough free memory.',
      ja: 'ファイルが完全な GGUF モデルであること、空きメモリーが足りていることを確認してください。',
    },
  },
  adapter_load_failed: {
    status: 422,
    message: {
      en: 'The adapter {path} could not be loaded: {reason}',
      ja: 'アダプター {path} を読み込めませんでした: {reason}',
    },
    hint: {
      en: 'Check that the file is a complete LoRA adapter in GGUF for this base model.',
      ja: 'ファイルがこのベースモデル用の完全な GGUF 形式の LoRA アダプターか確認してください。',
    },
  },
  adapter_mismatch: {
    status: 409,
    message: {
      en: 'The adapter {adapter} was made for another base model: it says {found}, this base is {expected}.',
      ja: 'アダプター {adapter} は別のベースモデル用です。アダプターの記録は {found}、このベースは {expected} です。',
    },
    hint: {
      en: 'Use the base model that the adapter was trained on.',
      ja: 'そのアダプターの学習に使ったベースモデルを指定してください。',
    },
  },
  context_exceeded: {
    status: 400,
    message: {
      en: 'The conversation has {tokens} tokens, but the model reads at most {limit}, and one is needed for the answer.',
      ja: '会話が {tokens} トークンあります。このモデルが読めるのは最大 {limit} トークンで、うち 1 トークンは回答に必要です。',
    },
    hint: {
      en: 'Shorten the conversation, or leave out its oldest messages.',
      ja: '会話を短くするか、古いメッセージを除いてください。',
    },
  },
  character_unknown: {
    status: 400,
    message: {
      en: 'This model has no token for the character "{character}".',
      ja: 'このモデルには文字「{character}」を表すトークンがありません。',
    },
    hint: {
      en: 'Its vocabulary is closed: write without this character, or use another model.',
      ja: 'このモデルの語彙は固定されています。この文字を使わずに書くか、別のモデルを使ってください。',
    },
  },
  chat_template_broken: {
    status: 422,
    message: {
      en: 'The chat template in the model file cannot be used: {reason}',
      ja: 'モデルファイル内のチャットテンプレートを使えません: {reason}',
    },
    hint: {
      en: 'The file is at fault. Get a newer conversion of the model.',
      ja: 'ファイル側の問題です。変換し直された新しいモデルファイルを入手してください。',
    },
  },
  chat_template_refused: {
    status: 400,
    message: {
      en: "The model's chat template refuses this conversation: {reason}",
      ja: 'モデルのチャットテンプレートがこの会話を受け付けません: {reason}',
    },
    hint: {
      en: 'Most templates want the roles to alternate: user, assistant, user, …',
      ja: '多くのテンプレートでは、user、assistant、user … と役割を交互に並べる必要があります。',
    },
  },
  tools_unsupported: {
    status: 400,
    message: {
      en: 'This model does not take tools: its chat template has no place for them, for calls, or for their answers.',
      ja: 'このモデルはツールに対応していません。チャットテンプレートに、ツール、呼び出し、またはその結果の置き場所がありません。',
    },
    hint: {
      en: 'Choose a base model whose chat template knows tools, or leave these rows out.',
      ja: 'チャットテンプレートがツールに対応したベースモデルを選ぶか、これらの行を除いてください。',
    },
  },
  system_message_unsupported: {
    status: 400,
    message: {
      en: 'This model does not take system messages: its chat template has no place for one.',
      ja: 'このモデルはシステムメッセージに対応していません。チャットテンプレートに置き場所がありません。',
    },
    hint: {
      en: 'Put the instruction at the beginning of the first user message.',
      ja: '指示は最初のユーザーメッセージの先頭に書いてください。',
    },
  },
} as const;
