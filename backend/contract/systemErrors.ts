/** The errors of the backend itself: of requests, of its start, and of its files. Part of the error table. */
export const systemErrors = {
  request_host: {
    status: 403,
    message: {
      en: 'The request names the host {host}, which is not this backend.',
      ja: 'リクエストのホスト {host} はこのバックエンドのものではありません。',
    },
    hint: {
      en: 'Use the address that the backend told: http://127.0.0.1 and its port.',
      ja: 'バックエンドが示したアドレス (http://127.0.0.1 とポート番号) を使ってください。',
    },
  },
  request_origin: {
    status: 403,
    message: {
      en: 'Web pages from {origin} may not use this backend.',
      ja: '{origin} のウェブページはこのバックエンドを使えません。',
    },
    hint: {
      en: 'Call the backend from a program, not from a web page.',
      ja: 'ウェブページからではなく、プログラムから呼び出してください。',
    },
  },
  request_not_found: {
    status: 404,
    message: { en: 'There is nothing at {method} {path}.', ja: '{method} {path} はありません。' },
    hint: { en: 'GET /openapi.json lists every route.', ja: 'すべてのルートは GET /openapi.json で分かります。' },
  },
  request_method: {
    status: 405,
    message: {
      en: '{path} does not take {method}; it takes {allowed}.',
      ja: '{path} では {method} を使えません。使えるのは {allowed} です。',
    },
  },
  request_too_large: {
    status: 413,
    message: { en: 'The body is larger than {limit} bytes.', ja: '本文が {limit} バイトを超えています。' },
    hint: {
      en: 'Import large files by path or by upload instead.',
      ja: '大きなファイルはパス指定かアップロードで取り込んでください。',
    },
  },
  request_media_type: {
    status: 415,
    message: {
      en: 'The body has the type {found}; expected application/json.',
      ja: '本文の種類が {found} です。application/json が必要です。',
    },
  },
  request_json: {
    status: 400,
    message: { en: 'The body is not JSON: {reason}', ja: '本文が JSON ではありません: {reason}' },
  },
  request_invalid: {
    status: 400,
    message: { en: 'The request is not valid: {reason}', ja: 'リクエストが正しくありません: {reason}' },
    hint: { en: 'GET /openapi.json describes what is expected.', ja: '正しい形は GET /openapi.json で分かります。' },
  },
  request_value: {
    status: 400,
    message: { en: '{path}: {reason}', ja: '{path}: {reason}' },
  },
  backend_stopping: {
    status: 503,
    message: { en: 'The backend is ending.', ja: 'バックエンドは終了処理中です。' },
    hint: {
      en: 'Try again in a few seconds; it will be started anew.',
      ja: '数秒後にもう一度試してください。新しく起動されます。',
    },
  },
  backend_start_failed: {
    status: 503,
    message: { en: 'The backend could not be started: {reason}', ja: 'バックエンドを起動できませんでした: {reason}' },
    hint: { en: 'The log is {log}.', ja: 'ログは {log} にあります。' },
  },
  backend_unreachable: {
    status: 503,
    message: {
      en: 'A backend is using {path}, but it does not answer.',
      ja: '{path} を使っているバックエンドがありますが、応答しません。',
    },
    hint: {
      en: 'Wait a moment and try again. If that does not help, end the process "tatara" or restart the computer.',
      ja: '少し待ってからもう一度試してください。それでもだめなら「tatara」のプロセスを終了するか、コンピューターを再起動してください。',
    },
  },
  backend_lost: {
    status: 503,
    message: {
      en: 'The connection to the backend was lost: {reason}',
      ja: 'バックエンドとの接続が切れました: {reason}',
    },
    hint: {
      en: 'Try again: the backend will be started anew, and nothing that it had stored is lost.',
      ja: 'もう一度試してください。バックエンドは新しく起動され、保存済みのものは失われていません。',
    },
  },
  node_unsuitable: {
    status: 503,
    message: {
      en: 'No Node was found that can run Tatara: {reason}',
      ja: 'Tatara を動かせる Node が見つかりません: {reason}',
    },
    hint: {
      en: 'Install Node 24 (22.14 or later) and put its path into the setting "tatara.nodePath".',
      ja: 'Node 24 (22.14 以降) をインストールし、そのパスを設定「tatara.nodePath」に入れてください。',
    },
  },
  setting_invalid: {
    status: 400,
    message: {
      en: 'The setting "{setting}" cannot be used: {reason}.',
      ja: '設定「{setting}」の値が正しくありません。{reason}。',
    },
    hint: {
      en: 'Change it, or leave it empty.',
      ja: '値を直すか、空にしてください。',
    },
  },
  workspace_untrusted: {
    status: 403,
    message: {
      en: 'This workspace is not trusted, so Tatara starts nothing in it.',
      ja: 'このワークスペースは信頼されていないため、Tatara は何も起動しません。',
    },
    hint: {
      en: 'Trust the workspace if you know where its files come from.',
      ja: 'ファイルの出どころが確かなら、ワークスペースを信頼してください。',
    },
  },
  folder_not_private: {
    status: 500,
    message: {
      en: 'The folder {path} is open to other users, so no secret may go through it.',
      ja: 'フォルダー {path} は他のユーザーも使えるため、秘密の受け渡しに使えません。',
    },
    hint: {
      en: 'Delete it, or give it to this user alone (mode 700).',
      ja: '削除するか、このユーザー専用 (モード 700) にしてください。',
    },
  },
  database_newer: {
    status: 409,
    message: {
      en: 'The data in {path} was made by a newer Tatara (schema {found}; this one knows {known}).',
      ja: '{path} のデータはより新しい Tatara のものです (スキーマ {found}、このバージョンは {known} まで対応)。',
    },
    hint: { en: 'Update Tatara. Nothing was changed.', ja: 'Tatara を更新してください。データは変更されていません。' },
  },
  database_damaged: {
    status: 500,
    message: { en: 'The data base {path} cannot be read: {reason}', ja: 'データベース {path} を読めません: {reason}' },
    hint: {
      en: 'Put a copy of it back, or move the file away to begin with an empty one; data sets and adapters stay where they are.',
      ja: '控えから戻すか、ファイルを別の場所に移して空の状態から始めてください。データセットとアダプターのファイルは残ります。',
    },
  },
  file_missing: {
    status: 404,
    message: { en: 'There is no file {path}.', ja: 'ファイル {path} はありません。' },
    hint: { en: 'Check the path for typing errors.', ja: 'パスに誤りがないか確認してください。' },
  },
  path_not_absolute: {
    status: 400,
    message: { en: 'The path {path} is not absolute.', ja: 'パス {path} は絶対パスではありません。' },
    hint: {
      en: 'Give the whole path, from the root of the disk.',
      ja: 'ルートから始まる完全なパスを指定してください。',
    },
  },
} as const;
