/** What the command line says about data sets and votes. */
import type { Localised } from '../contract/common.ts';

export const datasetTexts = {
  'job.waiting': { en: '{subject}: waiting', ja: '{subject}: 待っています' },
  'job.import': { en: '{subject}: {share}, {rows} rows{left}', ja: '{subject}: {share}、{rows} 行{left}' },
  'job.split': { en: 'splitting {subject}: {share}{left}', ja: '{subject} を分割中: {share}{left}' },
  'job.left': { en: ', {duration} left', ja: '、残り {duration}' },
  'job.cancelled.import': {
    en: 'The import of {subject} was cancelled. Nothing of it was kept.',
    ja: '{subject} の取り込みを取りやめました。途中までのものは残っていません。',
  },
  'job.cancelled.split': {
    en: 'The split of {subject} was cancelled. Nothing of it was kept.',
    ja: '{subject} の分割を取りやめました。途中までのものは残っていません。',
  },

  'column.format': { en: 'Format', ja: '形式' },
  'column.problems': { en: 'Problems', ja: '問題' },
  'column.skipped': { en: 'Left out', ja: '除外した行' },
  'column.messages': { en: 'Messages', ja: 'メッセージ' },
  'column.characters': { en: 'Characters', ja: '文字数' },
  'column.tokens': { en: 'Tokens', ja: 'トークン' },
  'column.duplicates': { en: 'Duplicates', ja: '重複' },
  'column.long': { en: 'Too long', ja: '長すぎ' },
  'column.languages': { en: 'Languages', ja: '言語' },
  'column.tools': { en: 'tools', ja: 'ツール' },
  'column.call': { en: 'call', ja: '呼び出し' },
  'column.question': { en: 'Question', ja: '質問' },
  'column.better': { en: 'Better', ja: '良いほう' },

  'dataset.lengths': { en: 'half up to {median}, longest {longest}', ja: '中央値 {median}、最長 {longest}' },
  'dataset.lengthsOf.tokens': { en: 'Tokens per row', ja: '1 行のトークン数' },
  'dataset.lengthsOf.characters': { en: 'Characters per row', ja: '1 行の文字数' },
  'dataset.matching': { en: '{matching} of {total} rows fit.', ja: '{total} 行中 {matching} 行が当てはまります。' },
  'dataset.noProblems': { en: 'No problems were found.', ja: '問題は見つかりませんでした。' },
  'dataset.importProblems': {
    en: 'At the import of {source}, {total} {total:row was|rows were} left out:',
    ja: '{source} の取り込みで {total} 行を除きました:',
  },
  'dataset.problemsForgotten': {
    en: 'Where they stood is not known: an older version of Tatara imported the file.',
    ja: '古いバージョンの Tatara で取り込まれたため、場所は分かりません。',
  },
  'dataset.rowProblems': { en: 'Rows to look at: {count}', ja: '確認したほうがよい行: {count}' },
  'dataset.notice.duplicate': { en: 'says the same as row {row}', ja: '{row} 行目と同じ内容です' },
  'dataset.notice.contradiction': {
    en: 'another row asks the same and is answered otherwise',
    ja: '同じ質問に別の回答がある行があります',
  },
  'dataset.notice.echo': { en: 'the answer is the question', ja: '回答が質問と同じです' },
  'dataset.notice.unreadable': { en: 'the model cannot read the row', ja: 'モデルが読めない行です' },
  'dataset.notice.long': { en: 'longer than the context of the model', ja: 'モデルのコンテキストより長い行です' },
  'dataset.language.en': { en: 'English {share}', ja: '英語 {share}' },
  'dataset.language.ja': { en: 'Japanese {share}', ja: '日本語 {share}' },
  'dataset.language.other': { en: 'other or unsure {share}', ja: 'その他・不明 {share}' },
  'dataset.edited': {
    en: 'Data set {name}, version {version}: {rows} {rows:row|rows}.',
    ja: 'データセット {name} 第{version}版: {rows} 行。',
  },
  'dataset.editedOnto': {
    en: 'Version {onto} was there already; the change was made in it.',
    ja: '第{onto}版がすでにあったため、その版に変更を加えました。',
  },
  'dataset.split': {
    en: '{train}: {trainRows} {trainRows:row|rows} to train on. {heldOut}: {heldRows} held out.',
    ja: '{train}: 学習用 {trainRows} 行。{heldOut}: 検証用 {heldRows} 行。',
  },
  'dataset.splitNear': {
    en: '{count} {count:row says|rows say} nearly the same as another one; they are on its side.',
    ja: '別の行とほぼ同じ {count} 行は、その行と同じ側に置きました。',
  },
  'dataset.exported': {
    en: '{rows} {rows:row|rows}, {bytes}, written to {path}',
    ja: '{rows} 行、{bytes} を {path} に書き込みました',
  },
  'dataset.tokensOf': {
    en: '{tokens} {tokens:token|tokens}, {learned} of them learned (in brackets ⟦ ⟧).',
    ja: '{tokens} トークン中、学習するのは {learned} トークン(⟦ ⟧ の中)。',
  },

  'votes.empty': {
    en: 'No votes yet. Compare two answers: {tatara} chat NAME --compare, then /base, /same or /tuned.',
    ja: 'まだ投票はありません。{tatara} chat 名前 --compare で答えを比べ、/base、/same、/tuned で投票できます。',
  },
  'votes.same': { en: 'no difference', ja: '同じくらい' },
  'votes.deleted': { en: 'The vote {id} is deleted.', ja: '投票 {id} を削除しました。' },
  'votes.leftOut': {
    en: '{count} without a better answer left out.',
    ja: '優劣のない {count} 件は除きました。',
  },
  'votes.kept': { en: 'Kept as preference data.', ja: '選好データとして保存しました。' },
  'votes.none': {
    en: 'There is nothing to vote on yet: ask something first.',
    ja: 'まだ投票できる回答がありません。先に質問してください。',
  },

  'usage.rowChange': {
    en: 'Say what to change: --system, --user, --assistant, --row or --delete.',
    ja: '--system、--user、--assistant、--row、--delete のいずれかで変更を指定してください。',
  },
  'usage.rowChangeBoth': {
    en: '{option} changes the whole row: leave out the others.',
    ja: '{option} は行全体を変更します。他のオプションは外してください。',
  },
  'usage.rowNoMessage': {
    en: 'Row {row} has no message of that role: {option}.',
    ja: '{row} 行目にはその役割のメッセージがありません: {option}',
  },
  'usage.rowJson': {
    en: '--row must be a row in JSON, {"messages": [...]}: {reason}',
    ja: '--row には JSON の行 {"messages": [...]} を指定してください: {reason}',
  },
  'usage.share': {
    en: '--share must lie between 0 and 1, not "{value}".',
    ja: '--share には 0 より大きく 1 より小さい数を指定してください(「{value}」は使えません)。',
  },
  'usage.splitBoth': { en: '--share and --rows exclude each other.', ja: '--share と --rows は同時に使えません。' },

  'help.datasets': {
    en: 'data sets: look, check, edit, split, export, delete',
    ja: 'データセットの表示、確認、編集、分割、書き出し、削除',
  },
  'help.datasets.list': { en: 'all data sets, newest first', ja: 'データセットを新しい順に一覧する' },
  'help.datasets.show': { en: 'what is known of a data set', ja: 'データセットの詳細を見る' },
  'help.datasets.rows': { en: 'the rows of a data set', ja: 'データセットの行を表示する' },
  'help.datasets.stats': {
    en: 'lengths, duplicates, languages of its rows',
    ja: '行の長さ、重複、言語を調べる',
  },
  'help.datasets.problems': {
    en: 'what was wrong with its file, and rows to look at',
    ja: 'ファイルの問題と、確認したほうがよい行を見る',
  },
  'help.datasets.tokens': { en: 'a row as a model sees it', ja: 'モデルから見た行を表示する' },
  'help.datasets.edit': { en: 'change or delete a row: the next version', ja: '行を変更・削除して新しい版を作る' },
  'help.datasets.split': {
    en: 'make two: rows to train on and rows held out',
    ja: '学習用と検証用の2つに分ける',
  },
  'help.datasets.export': { en: 'write all rows as JSON Lines', ja: 'すべての行を JSON Lines で書き出す' },
  'help.datasets.delete': { en: 'delete a data set', ja: 'データセットを削除する' },
  'help.datasets.id': { en: 'data set: name, name@version or id', ja: 'データセット(名前、名前@版、または ID)' },
  'help.datasets.row': { en: 'number of the row, from 1', ja: '行の番号(1 から)' },
  'help.datasets.offset': { en: 'rows to skip', ja: '読み飛ばす行数' },
  'help.datasets.limit': { en: 'rows to show', ja: '表示する行数' },
  'help.datasets.search': { en: 'only rows with all of these words', ja: 'これらの語をすべて含む行だけを表示する' },
  'help.datasets.filter': {
    en: 'all, problems, duplicates or long',
    ja: 'all、problems、duplicates、long のいずれか',
  },
  'help.datasets.sort': { en: 'by index or length', ja: '並べ替え: index または length' },
  'help.datasets.descending': { en: 'the other way round', ja: '逆順にする' },
  'help.datasets.base': {
    en: 'base model that reads the rows and counts their tokens',
    ja: '行を読み、トークンを数えるベースモデル',
  },
  'help.datasets.context': {
    en: 'tokens that a row may have (else what the base was trained for)',
    ja: '行の最大トークン数(省略時はベースモデルのコンテキスト長)',
  },
  'help.datasets.system': { en: 'its new system message', ja: '新しいシステムメッセージ' },
  'help.datasets.user': { en: 'its new question', ja: '新しい質問' },
  'help.datasets.assistant': { en: 'its new answer', ja: '新しい回答' },
  'help.datasets.json': { en: 'the whole row, as JSON', ja: '行全体(JSON)' },
  'help.datasets.deleteRow': { en: 'take the row out', ja: '行を取り除く' },
  'help.datasets.branch': {
    en: 'go on from this version even where a newer one changed the same row',
    ja: '新しい版で同じ行が変更されていても、この版をもとにする',
  },
  'help.datasets.share': { en: 'share of rows to hold out (0.1)', ja: '検証用に取り分ける割合(省略時 0.1)' },
  'help.datasets.heldOutRows': { en: 'rows to hold out', ja: '検証用に取り分ける行数' },
  'help.datasets.seed': { en: 'which rows are chosen (0)', ja: '行の選び方を決めるシード(省略時 0)' },
  'help.datasets.trainName': { en: 'name of the rows to train on', ja: '学習用データセットの名前' },
  'help.datasets.heldOutName': { en: 'name of the rows held out', ja: '検証用データセットの名前' },
  'help.export.file': { en: 'file to write', ja: '書き出すファイル' },
  'help.export.fileOrOutput': { en: 'file to write; - for the output', ja: '書き出すファイル(- で標準出力)' },
  'help.export.force': { en: 'replace a file that is there', ja: 'ファイルがあれば置き換える' },
  'help.votes': {
    en: 'votes on compared answers: list, export, delete',
    ja: '比べた回答への投票の一覧、書き出し、削除',
  },
  'help.votes.list': { en: 'all votes, newest first', ja: '投票を新しい順に一覧する' },
  'help.votes.export': {
    en: 'write them as JSON Lines of prompt, chosen and rejected',
    ja: 'prompt、chosen、rejected の JSON Lines として書き出す',
  },
  'help.votes.delete': { en: 'take a vote back', ja: '投票を取り消す' },
  'help.votes.id': { en: 'id of the vote', ja: '投票の ID' },
  'help.votes.limit': { en: 'votes to show', ja: '表示する件数' },
} as const satisfies Record<string, Localised>;
