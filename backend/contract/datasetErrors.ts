/**
 * The errors of data sets, part of the error table. `dataset_*` end an import; `row_*`, `json_*`, `csv_*` and `text_*`
 * are problems of one place, which an import lists and, where only the good rows are wanted, steps over.
 */
export const datasetErrors = {
  dataset_rows_broken: {
    status: 422,
    message: {
      en: '{file} was not imported. Problems found: {count}. The first, at line {line}, column {column}: {reason}',
      ja: '{file} は取り込まれませんでした。問題が {count} 件あります。最初は {line} 行 {column} 文字目です: {reason}',
    },
    hint: {
      en: 'Correct them, or import again and take the good rows only (--skip-broken).',
      ja: '直してからもう一度取り込むか、正しい行だけを取り込んでください (--skip-broken)。',
    },
  },
  dataset_file_missing: {
    status: 404,
    message: { en: 'There is no file {path}.', ja: 'ファイル {path} はありません。' },
    hint: { en: 'Check the path for typing errors.', ja: 'パスに誤りがないか確認してください。' },
  },
  dataset_not_a_file: {
    status: 422,
    message: { en: '{path} is not a file.', ja: '{path} はファイルではありません。' },
    hint: {
      en: 'Give the path of one data file, not of a folder or a device.',
      ja: 'フォルダーやデバイスではなく、データファイル 1 つのパスを指定してください。',
    },
  },
  dataset_file_unreadable: {
    status: 422,
    message: { en: 'The file {path} cannot be read: {reason}', ja: 'ファイル {path} を読めません: {reason}' },
    hint: {
      en: 'Check that this user may read the file.',
      ja: 'このユーザーに読み取り権限があるか確認してください。',
    },
  },
  dataset_empty: {
    status: 422,
    message: { en: '{file} is empty: it has 0 bytes.', ja: '{file} は空です (0 バイト)。' },
    hint: {
      en: 'Check that the file was saved or downloaded completely.',
      ja: 'ファイルが最後まで保存またはダウンロードされたか確認してください。',
    },
  },
  dataset_blank: {
    status: 422,
    message: { en: '{file} holds only white space, no rows.', ja: '{file} には空白しかなく、行がありません。' },
    hint: {
      en: 'Check that the file was saved or downloaded completely.',
      ja: 'ファイルが最後まで保存またはダウンロードされたか確認してください。',
    },
  },
  dataset_header_only: {
    status: 422,
    message: {
      en: '{file} has a header line ({columns}) but no rows below it.',
      ja: '{file} には見出し行 ({columns}) だけがあり、その下に行がありません。',
    },
    hint: { en: 'Add at least one row below the header.', ja: '見出しの下に少なくとも 1 行を加えてください。' },
  },
  dataset_no_rows: {
    status: 422,
    message: { en: '{file} is well formed but holds no rows.', ja: '{file} の形は正しいですが、行がありません。' },
    hint: { en: 'Add at least one row.', ja: '少なくとも 1 行を加えてください。' },
  },
  dataset_binary: {
    status: 415,
    message: {
      en: '{file} is not text: it looks like {kind}.',
      ja: '{file} はテキストではありません。{kind}のようです。',
    },
    hint: {
      en: 'Import JSONL, JSON or CSV. Unpack or convert the file first.',
      ja: '取り込めるのは JSONL、JSON、CSV です。先に展開または変換してください。',
    },
  },
  dataset_not_utf8: {
    status: 422,
    message: {
      en: '{file} is not UTF-8: line {line}, column {column} has the byte {byte} (byte {offset} of the file).',
      ja: '{file} は UTF-8 ではありません。{line} 行 {column} 文字目にバイト {byte} があります (ファイルの {offset} バイト目)。',
    },
    hint: {
      en: 'Save the file as UTF-8. If only a few rows are damaged, take the good rows only (--skip-broken).',
      ja: 'UTF-8 で保存し直してください。壊れた行が少しだけなら、正しい行だけを取り込めます (--skip-broken)。',
    },
  },
  dataset_other_encoding: {
    status: 422,
    message: {
      en: '{file} is not UTF-8 but looks like {encoding}: line {line}, column {column} has the byte {byte} (byte {offset} of the file).',
      ja: '{file} は UTF-8 ではなく {encoding} のようです。{line} 行 {column} 文字目にバイト {byte} があります (ファイルの {offset} バイト目)。',
    },
    hint: {
      en: 'Open it as {encoding} and save it as UTF-8.',
      ja: '{encoding} として開き、UTF-8 で保存し直してください。',
    },
  },
  dataset_format_unknown: {
    status: 422,
    message: {
      en: '{file} is neither JSONL, JSON nor CSV with a header.',
      ja: '{file} は JSONL、JSON、見出し付き CSV のどれでもありません。',
    },
    hint: {
      en: 'Give it rows, for example {"question": "...", "answer": "..."} on each line, or say which format it has.',
      ja: '各行に {"question": "...", "answer": "..."} のような形で書くか、形式を指定してください。',
    },
  },
  dataset_array_missing: {
    status: 422,
    message: {
      en: '{file} holds one object, and none of its fields is a list of rows. Its fields: {found}.',
      ja: '{file} は 1 つのオブジェクトで、行の配列であるフィールドがありません。フィールド: {found}。',
    },
    hint: {
      en: 'Put the rows in one list: [{...}, {...}].',
      ja: '行を 1 つの配列 [{...}, {...}] にまとめてください。',
    },
  },
  dataset_array_ambiguous: {
    status: 422,
    message: {
      en: '{file} has several lists that could hold the rows: {found}.',
      ja: '{file} には行とみなせる配列が複数あります: {found}。',
    },
    hint: {
      en: 'Keep only the list that is to be learned from.',
      ja: '学習に使う配列だけを残してください。',
    },
  },
  dataset_columns_unknown: {
    status: 422,
    message: {
      en: 'The rows of {file} have no question and answer that can be told apart. Columns found: {found}.',
      ja: '{file} の行から質問と回答の列を見分けられません。見つかった列: {found}。',
    },
    hint: {
      en: 'Name them as one of: {expected}.',
      ja: '次のいずれかの列名にしてください: {expected}。',
    },
  },
  dataset_columns_ambiguous: {
    status: 422,
    message: {
      en: '{file} has several columns for the same part: {ambiguous}. Columns found: {found}.',
      ja: '{file} には同じ役割の列が複数あります: {ambiguous}。見つかった列: {found}。',
    },
    hint: {
      en: 'Keep one of them, and rename or remove the others.',
      ja: '1 つだけを残し、ほかは名前を変えるか削除してください。',
    },
  },
  dataset_column_twice: {
    status: 422,
    message: {
      en: '{file} has the column {name} twice in its header.',
      ja: '{file} の見出しに列 {name} が 2 回あります。',
    },
    hint: { en: 'Rename or remove one of them.', ja: 'どちらかの名前を変えるか削除してください。' },
  },
  dataset_rows_not_objects: {
    status: 422,
    message: {
      en: 'The rows of {file} are {found}, not objects with named fields.',
      ja: '{file} の行は{found}で、名前付きフィールドを持つオブジェクトではありません。',
    },
    hint: {
      en: 'Write each row as an object: {"question": "...", "answer": "..."}.',
      ja: '各行を {"question": "...", "answer": "..."} のようなオブジェクトにしてください。',
    },
  },
  dataset_preference: {
    status: 422,
    message: {
      en: '{file} is preference data (chosen and rejected answers), which cannot be trained on yet.',
      ja: '{file} は選好データ (chosen と rejected の組) で、まだ学習に使えません。',
    },
    hint: {
      en: 'Keep the chosen answer only, in a column named "answer".',
      ja: '選ばれた回答だけを "answer" という列に残してください。',
    },
  },
  dataset_without_answers: {
    status: 422,
    message: {
      en: '{file} has no answers: not one of its rows has text for the model to learn.',
      ja: '{file} には回答がありません。モデルが学ぶ文を持つ行が 1 つもありません。',
    },
    hint: {
      en: 'Fill the answers (a column named output, response, completion or answer), or pick the file that has them.',
      ja: '回答 (output、response、completion、answer、回答 などの列) を書き入れるか、回答のあるファイルを選んでください。',
    },
  },
  dataset_no_good_rows: {
    status: 422,
    message: {
      en: '{file} has no row that can be used. Problems found: {count}. The first, at line {line}, column {column}: {reason}',
      ja: '{file} には使える行がありません。問題が {count} 件あります。最初は {line} 行 {column} 文字目です: {reason}',
    },
    hint: { en: 'Correct the rows and import again.', ja: '行を直してからもう一度取り込んでください。' },
  },
  dataset_name_invalid: {
    status: 400,
    message: {
      en: '"{name}" cannot be the name of a data set.',
      ja: '「{name}」はデータセットの名前にできません。',
    },
    hint: {
      en: 'Use 1 to 120 characters without /, \\ or @ and without spaces at the ends.',
      ja: '1 文字から 120 文字で、/、\\、@ を含まず、前後に空白のない名前にしてください。',
    },
  },
  dataset_row_missing: {
    status: 404,
    message: {
      en: 'The data set {dataset} has no row {row}.',
      ja: 'データセット {dataset} に {row} 行目はありません。',
    },
    hint: {
      en: 'Look at its rows again: another version may have fewer.',
      ja: '行の一覧を開き直してください。版によって行数が違うことがあります。',
    },
  },
  dataset_row_invalid: {
    status: 422,
    message: {
      en: 'Row {row} cannot be stored like this: {reason}',
      ja: '{row} 行目はこのままでは保存できません: {reason}',
    },
    hint: { en: 'Correct the row and store it again.', ja: '行を直してから、もう一度保存してください。' },
  },
  dataset_edited_elsewhere: {
    status: 409,
    message: {
      en: 'Row {row} of {name} was changed elsewhere: version {newest} has another one than version {version}.',
      ja: '{name} の {row} 行目は別の場所で変更されました。第{newest}版では第{version}版と内容が違います。',
    },
    hint: {
      en: 'Nothing is lost: look at version {newest}, or save your row on version {version} anyway.',
      ja: '何も失われていません。第{newest}版を確認するか、このまま第{version}版をもとに保存してください。',
    },
  },
  dataset_cannot_split: {
    status: 422,
    message: {
      en: 'The {rows} rows of {name} cannot be split: they all say nearly the same.',
      ja: '{name} の {rows} 行はどれもほぼ同じ内容のため、分割できません。',
    },
    hint: {
      en: 'Rows that say nearly the same stay together, so that the held-out ones are new to the model. Add other rows.',
      ja: 'ほぼ同じ行は、検証用の行がモデルにとって新しいものになるよう、同じ側に置かれます。違う内容の行を加えてください。',
    },
  },
  dataset_job_not_found: {
    status: 404,
    message: {
      en: 'There is no import or split {id}.',
      ja: '取り込みまたは分割 {id} はありません。',
    },
    hint: {
      en: 'Only the last hundred are remembered.',
      ja: '記録が残るのは直近の 100 件だけです。',
    },
  },
  dataset_job_interrupted: {
    status: 500,
    message: {
      en: 'The backend ended {times} times while it was at this.',
      ja: 'この処理の途中でバックエンドが {times} 回終了しました。',
    },
    hint: {
      en: 'Nothing was kept of it. Look into the log, then try again.',
      ja: '途中までのものは残っていません。ログを確認してから、もう一度試してください。',
    },
  },
  export_exists: {
    status: 409,
    message: { en: 'There is a file already: {path}', ja: 'ファイルがすでにあります: {path}' },
    hint: {
      en: 'Choose another name, or say that it may be replaced.',
      ja: '別の名前にするか、置き換えてよいことを指定してください。',
    },
  },
  export_unwritable: {
    status: 422,
    message: { en: '{path} cannot be written: {reason}', ja: '{path} に書き込めません: {reason}' },
    hint: {
      en: 'Look whether the folder exists and whether you may write there.',
      ja: 'フォルダーがあるか、書き込む権限があるかを確認してください。',
    },
  },
  dataset_last_row: {
    status: 422,
    message: {
      en: 'A data set cannot be empty, and this would take every row out of {dataset}.',
      ja: 'データセットは空にできません。この変更で {dataset} のすべての行がなくなります。',
    },
    hint: {
      en: 'Keep at least one row, or delete the data set.',
      ja: '少なくとも 1 行を残すか、データセットごと削除してください。',
    },
  },
  dataset_damaged: {
    status: 500,
    message: {
      en: 'The stored rows of data set {name} are damaged: {reason}',
      ja: 'データセット {name} の保存済みの行が壊れています: {reason}',
    },
    hint: {
      en: 'Delete the data set and import its file again.',
      ja: 'データセットを削除し、元のファイルをもう一度取り込んでください。',
    },
  },

  text_not_utf8: {
    status: 422,
    message: { en: 'The byte {byte} is not UTF-8.', ja: 'バイト {byte} は UTF-8 ではありません。' },
  },
  text_unpaired_surrogate: {
    status: 422,
    message: {
      en: 'The character {character} is half of a surrogate pair and stands alone.',
      ja: '文字 {character} はサロゲートペアの片方だけで、対になっていません。',
    },
  },
  json_syntax: {
    status: 422,
    message: { en: 'The JSON is broken: {reason}', ja: 'JSON が壊れています: {reason}' },
  },
  json_truncated: {
    status: 422,
    message: {
      en: 'The JSON ends too early: {reason} The file may have been cut off.',
      ja: 'JSON が途中で終わっています: {reason} ファイルが途中で切れているかもしれません。',
    },
  },
  json_duplicate_key: {
    status: 422,
    message: {
      en: 'The key {key} stands twice in one object, so that one of its values would be lost.',
      ja: '1 つのオブジェクトにキー {key} が 2 回あり、片方の値が失われます。',
    },
  },
  json_unrecoverable: {
    status: 422,
    message: {
      en: 'From here on no further row can be made out, because the brackets do not match.',
      ja: '括弧が対応していないため、ここから先の行は読み取れません。',
    },
  },
  csv_quote: {
    status: 422,
    message: {
      en: 'After the closing quote a separator or the end of the line must follow, but {found} was found. A quote inside a field is written twice ("").',
      ja: '閉じ引用符の後には区切り文字か行末が必要ですが、{found} があります。項目の中の引用符は 2 つ重ねて ("") 書きます。',
    },
  },
  csv_unclosed_quote: {
    status: 422,
    message: { en: 'The quote that opens here is never closed.', ja: 'ここで開いた引用符が閉じられていません。' },
  },
  csv_field_count: {
    status: 422,
    message: {
      en: 'The row has {found} fields, but the header has {expected}.',
      ja: 'この行の項目は {found} 個ですが、見出しは {expected} 個です。',
    },
  },
  row_too_large: {
    status: 422,
    message: {
      en: 'The row is longer than {limit} characters.',
      ja: 'この行は {limit} 文字を超えています。',
    },
  },
  row_not_object: {
    status: 422,
    message: {
      en: 'The row is {found}, not an object with named fields.',
      ja: 'この行は{found}で、名前付きフィールドを持つオブジェクトではありません。',
    },
  },
  row_columns_unknown: {
    status: 422,
    message: {
      en: 'The row has no question and answer that can be told apart. Fields found: {found}. Expected one of: {expected}.',
      ja: 'この行から質問と回答を見分けられません。見つかったフィールド: {found}。必要なもの (いずれか): {expected}。',
    },
  },
  row_columns_ambiguous: {
    status: 422,
    message: {
      en: 'The row has several fields for the same part: {ambiguous}.',
      ja: 'この行には同じ役割のフィールドが複数あります: {ambiguous}。',
    },
  },
  row_preference: {
    status: 422,
    message: {
      en: 'The row is preference data (chosen and rejected answers), which cannot be trained on yet.',
      ja: 'この行は選好データ (chosen と rejected の組) で、まだ学習に使えません。',
    },
  },
  row_without_answer: {
    status: 422,
    message: {
      en: 'The row has no answer. Missing or empty: {field}.',
      ja: 'この行には回答がありません。欠けているか空のもの: {field}。',
    },
  },
  row_without_prompt: {
    status: 422,
    message: {
      en: 'The row has no question. Missing or empty: {field}.',
      ja: 'この行には質問がありません。欠けているか空のもの: {field}。',
    },
  },
  row_wrong_type: {
    status: 422,
    message: {
      en: '{field} is {found}; expected {expected}.',
      ja: '{field} は{found}です。{expected}が必要です。',
    },
  },
  row_message_incomplete: {
    status: 422,
    message: {
      en: '{field} needs a role and a content ("role" and "content", or "from" and "value").',
      ja: '{field} には役割と内容 ("role" と "content"、または "from" と "value") が必要です。',
    },
  },
  row_unknown_role: {
    status: 422,
    message: {
      en: '{field} has the role {role}; expected system, user, assistant or tool (or human, gpt).',
      ja: '{field} の役割は {role} です。system、user、assistant、tool (または human、gpt) が必要です。',
    },
  },
  row_role_order: {
    status: 422,
    message: {
      en: '{field} is of {role}, but {expected} must stand there: an optional system message first, then user and assistant in turn, tools after their call, assistant last.',
      ja: '{field} は {role} ですが、ここには {expected} が必要です。最初に system (省略可)、その後 user と assistant が交互に並び (ツールの結果は呼び出しの直後)、最後は assistant です。',
    },
  },
  row_tool_call_broken: {
    status: 422,
    message: {
      en: '{field} is no tool call: it needs a name, and arguments that are a JSON object.',
      ja: '{field} はツール呼び出しになっていません。名前と、JSON オブジェクトの引数が必要です。',
    },
  },
  row_tools_broken: {
    status: 422,
    message: {
      en: '{field} must be a list of functions, each with a name.',
      ja: '{field} は、それぞれ名前を持つ関数の配列にしてください。',
    },
  },
  row_media: {
    status: 422,
    message: {
      en: 'The row has images, sound or video ({field}); only text can be trained on.',
      ja: 'この行には画像・音声・動画 ({field}) があります。学習に使えるのはテキストだけです。',
    },
  },
  row_history: {
    status: 422,
    message: {
      en: 'The row has earlier turns in {field}, which are not taken from there. Write them as "messages".',
      ja: 'この行の {field} には以前のやり取りがありますが、そこからは取り込めません。"messages" の形で書いてください。',
    },
  },
  row_message_weight: {
    status: 422,
    message: {
      en: '{field} has the weight {weight}; single messages cannot be weighted, every answer is learned.',
      ja: '{field} の重みは {weight} です。メッセージごとの重みは使えず、すべての回答が学習されます。',
    },
  },
} as const;
