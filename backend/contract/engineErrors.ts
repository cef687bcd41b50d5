/** What an engine refuses or fails with: the texts of `native/contract/errors.ts`, and of an engine that just dies. */
export const engineErrors = {
  engine_library: {
    status: 503,
    message: {
      en: 'The native libraries could not be loaded: {reason}',
      ja: 'ネイティブライブラリーを読み込めませんでした: {reason}',
    },
    hint: {
      en: 'Run "tatara doctor", or install Tatara again.',
      ja: '「tatara doctor」で確認するか、Tatara を入れ直してください。',
    },
  },
  engine_device: {
    status: 422,
    message: {
      en: 'There is no device {device} here. There are: {devices}.',
      ja: 'デバイス {device} はありません。使えるデバイス: {devices}。',
    },
    hint: {
      en: 'Write one of these names into the recipe, or "auto".',
      ja: 'レシピには、このいずれかの名前か「auto」を書いてください。',
    },
  },
  model_damaged: {
    status: 422,
    message: { en: '{path} cannot be used as a model: {reason}.', ja: '{path} をモデルとして使えません: {reason}。' },
    hint: {
      en: 'Check that it was downloaded completely and that it is a GGUF file.',
      ja: '最後までダウンロードされた GGUF ファイルか確認してください。',
    },
  },
  model_architecture: {
    status: 422,
    message: {
      en: "The architecture '{architecture}' is not supported; supported: {supported}.",
      ja: 'アーキテクチャ「{architecture}」には対応していません。対応しているもの: {supported}。',
    },
    hint: {
      en: 'Choose a base model of a supported architecture.',
      ja: '対応しているアーキテクチャのベースモデルを選んでください。',
    },
  },
  model_tensor_type: {
    status: 422,
    message: {
      en: 'The tensor {tensor} has the type {tensorType}, which cannot be trained on; supported: {supported}.',
      ja: 'テンソル {tensor} の型 {tensorType} は学習に使えません。対応している型: {supported}。',
    },
    hint: {
      en: 'Get the same model in one of these types, best Q8_0.',
      ja: '同じモデルの、対応している型のファイル (おすすめは Q8_0) を使ってください。',
    },
  },
  model_feature: {
    status: 422,
    message: {
      en: 'The model needs something that the engine does not compute: {feature}.',
      ja: 'このモデルには、エンジンが計算できないものが必要です: {feature}。',
    },
    hint: { en: 'Choose another base model.', ja: '別のベースモデルを選んでください。' },
  },
  model_tensor: {
    status: 422,
    message: {
      en: 'The tensor {tensor} of the model is not as it should be: {reason}.',
      ja: 'モデルのテンソル {tensor} が正しくありません: {reason}。',
    },
    hint: {
      en: 'The file is at fault. Get a newer conversion of the model.',
      ja: 'ファイル側の問題です。変換し直された新しいモデルファイルを入手してください。',
    },
  },
  adapter_unfit: {
    status: 422,
    message: {
      en: 'The adapter {path} does not fit this base model: {reason}.',
      ja: 'アダプター {path} はこのベースモデルに合いません: {reason}。',
    },
    hint: {
      en: 'Name the base model that the adapter was trained on.',
      ja: 'そのアダプターの学習に使ったベースモデルを指定してください。',
    },
  },
  lora_target: {
    status: 422,
    message: {
      en: "The target '{target}' cannot be adapted in this base model: {reason}.",
      ja: 'このベースモデルでは、対象「{target}」にアダプターを付けられません: {reason}。',
    },
    hint: {
      en: 'Leave it out of lora.targets in the recipe.',
      ja: 'レシピの lora.targets から外してください。',
    },
  },
  training_data: {
    status: 422,
    message: {
      en: 'The prepared rows {path} cannot be trained on: {reason}.',
      ja: '準備された行 {path} を学習に使えません: {reason}。',
    },
    hint: {
      en: 'Start the run anew; the rows will be prepared again.',
      ja: '学習を新しく開始してください。行は準備し直されます。',
    },
  },
  training_diverged: {
    status: 422,
    message: {
      en: 'The training diverged at step {step}: loss or gradient is no longer a number.',
      ja: 'ステップ {step} で学習が発散しました。損失または勾配が数値ではなくなりました。',
    },
    hint: {
      en: 'Lower training.learning_rate (a tenth is a good try) or lengthen the warm-up.',
      ja: 'training.learning_rate を下げる (まず 10 分の 1 に) か、ウォームアップを長くしてください。',
    },
  },
  out_of_memory: {
    status: 507,
    message: {
      en: 'There is not enough memory: {bytes} bytes could not be had.',
      ja: 'メモリーが足りません。{bytes} バイトを確保できませんでした。',
    },
    hint: {
      en: 'Close other programs, lower training.batch_size or training.context_length, or choose a smaller base.',
      ja: '他のプログラムを閉じるか、training.batch_size や training.context_length を下げるか、小さいベースモデルを選んでください。',
    },
  },
  checkpoint_mismatch: {
    status: 409,
    message: {
      en: 'The checkpoint {path} is not of this run: {reason}.',
      ja: 'チェックポイント {path} はこの学習のものではありません: {reason}。',
    },
    hint: { en: 'Start a new run.', ja: '新しい学習を開始してください。' },
  },
  engine_bug: {
    status: 500,
    message: { en: 'The engine failed: {reason}', ja: 'エンジンで問題が起きました: {reason}' },
    hint: {
      en: 'This is a bug. The log of the backend has the details.',
      ja: 'これは不具合です。バックエンドのログに詳細があります。',
    },
  },
  engine_crashed: {
    status: 500,
    message: {
      en: 'The engine process ended by {exit}. Its last words: {reason}',
      ja: 'エンジンのプロセスが終了しました ({exit})。最後の出力: {reason}',
    },
    hint: {
      en: 'Resume the run; it goes on from its last checkpoint. If it was ended by SIGKILL, memory may have run out.',
      ja: '学習を再開すると、最後のチェックポイントから続きます。SIGKILL で終了した場合は、メモリー不足かもしれません。',
    },
  },
  engine_busy: {
    status: 409,
    message: {
      en: 'A run is using the device, so a measurement would be wrong now.',
      ja: '実行中の学習がデバイスを使っているため、今は正しく測定できません。',
    },
    hint: {
      en: 'Wait until it has ended, or queue the run without a preflight.',
      ja: '終わるまで待つか、事前確認なしで学習を予約してください。',
    },
  },
} as const;
