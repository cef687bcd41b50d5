/** What `--help` says. */
import type { Localised } from '../contract/common.ts';

export const helpTexts = {
  'help.tatara': {
    en: 'Tune a local model on your own data, and use it at once. Offline.',
    ja: '手元のデータでローカルモデルをチューニングし、すぐに使います。すべてオフラインで動きます。',
  },
  'help.after': {
    en: `Start here:
  tatara tutorial                          tune a small model that comes along, in under a minute
  tatara tutorial levels                   three lessons: over-fitting, rank, learning rate
  tatara import model.gguf answers.jsonl   a base model, and your data
  tatara train recipe.yaml                 or: tatara train --base NAME --dataset NAME
  tatara chat NAME --compare               base and tuned, one after the other

Exit codes:
  0 done   1 failed   2 wrong usage, or a recipe with a mistake   70 a bug in Tatara
  130 stopped with Ctrl-C

With --json, results go to stdout as JSON (train, resume and follow: one JSON object a line) and an error goes to
stderr as {"error": {"code", "message", "hint"}}.

Environment:
  TATARA_HOME   where everything is kept     NO_COLOR   no colours     LANG, LC_ALL, TATARA_LANGUAGE   the language`,
    ja: `はじめに:
  tatara tutorial                          付属の小さなモデルを1分以内でチューニングします
  tatara tutorial levels                   過学習、ランク、学習率を学ぶ三つのレッスン
  tatara import model.gguf answers.jsonl   ベースモデルとデータを取り込みます
  tatara train recipe.yaml                 または: tatara train --base 名前 --dataset 名前
  tatara chat 名前 --compare               ベースとチューニング後を並べて確かめます

終了コード:
  0 完了   1 失敗   2 使い方またはレシピの誤り   70 Tatara の不具合
  130 Ctrl-C で停止

--json を付けると、結果は JSON で標準出力に(train、resume、follow は1行に1オブジェクト)、
エラーは {"error": {"code", "message", "hint"}} として標準エラー出力に書きます。

環境変数:
  TATARA_HOME   データの保存先     NO_COLOR   色を使わない     LANG、LC_ALL、TATARA_LANGUAGE   表示言語`,
  },
  'help.json': { en: 'results as JSON, for scripts', ja: '結果を JSON で出力する(スクリプト用)' },
  'help.lang': { en: 'language of all texts: en or ja', ja: '表示言語: en または ja' },
  'help.version': { en: 'show the version', ja: 'バージョンを表示する' },
  'help.help': { en: 'show this help', ja: 'このヘルプを表示する' },
  'help.helpCommand': { en: 'help for a command', ja: 'コマンドのヘルプを表示する' },
  'help.usage': { en: 'Usage:', ja: '使い方:' },
  'help.arguments': { en: 'Arguments:', ja: '引数:' },
  'help.options': { en: 'Options:', ja: 'オプション:' },
  'help.globalOptions': { en: 'Options everywhere:', ja: '共通オプション:' },
  'help.commands': { en: 'Commands:', ja: 'コマンド:' },
  'help.import': {
    en: 'take in data sets (JSONL, JSON, CSV) and base models (GGUF, Hugging Face folder)',
    ja: 'データセット(JSONL、JSON、CSV)やベースモデル(GGUF、Hugging Face 形式のフォルダー)を取り込む',
  },
  'help.import.files': {
    en: 'files or folders; what each one is, its content tells. Put data, model or adapter first to say it yourself',
    ja: 'ファイルまたはフォルダー。種類は中身から判断します。先頭に data、model、adapter を置くと指定できます',
  },
  'help.import.name': { en: 'the name it gets (one file only)', ja: '付ける名前(ファイルが1つのときのみ)' },
  'help.import.format': {
    en: 'jsonl, json or csv, instead of looking',
    ja: '自動判定せず jsonl、json、csv のいずれかとして読む',
  },
  'help.import.skipBroken': {
    en: 'take the good rows of a file that has broken ones, and list the broken ones',
    ja: '壊れた行があっても正しい行だけを取り込み、壊れた行を一覧にする',
  },
  'help.import.base': {
    en: 'for an adapter: the base model it belongs to',
    ja: 'アダプターの場合: 対象のベースモデル',
  },
  'help.train': {
    en: 'tune a model: by a recipe, or by flags',
    ja: 'モデルをチューニングする(レシピまたはオプションで指定)',
  },
  'help.train.recipe': { en: 'recipe in YAML', ja: 'レシピ(YAML ファイル)' },
  'help.train.base': { en: 'base model: name or id', ja: 'ベースモデル(名前または ID)' },
  'help.train.dataset': { en: 'data set: name, name@version or id', ja: 'データセット(名前、名前@版、または ID)' },
  'help.train.name': { en: 'name of the run and its adapter', ja: '学習とアダプターの名前' },
  'help.train.epochs': { en: 'rounds over the data (epochs)', ja: 'データを何周するか(エポック数)' },
  'help.train.steps': { en: 'steps, instead of rounds', ja: 'ラウンド数の代わりにステップ数で指定する' },
  'help.train.rank': { en: 'how much it may change (LoRA rank)', ja: '変化の大きさの上限(LoRA のランク)' },
  'help.train.learningRate': { en: 'learning rate', ja: '学習率' },
  'help.train.batchSize': { en: 'rows a step', ja: '1ステップで使う行数' },
  'help.train.seed': { en: 'seed of all that is random', ja: '乱数のシード' },
  'help.train.device': { en: 'device, as doctor names it', ja: 'デバイス(doctor が表示する名前)' },
  'help.train.noPreflight': { en: 'start without measuring first', ja: '事前の計測をせずに始める' },
  'help.runs': { en: 'runs: list, look at one, go on, stop', ja: '学習の一覧、詳細、再開、停止' },
  'help.runs.list': { en: 'all runs, newest first', ja: '学習を新しい順に一覧する' },
  'help.runs.state': { en: 'only those in this state', ja: 'この状態のものだけを表示する' },
  'help.runs.show': { en: 'one run: loss curve, settings, result', ja: '学習の詳細(損失の推移、設定、結果)を見る' },
  'help.runs.answers': {
    en: 'the held-out questions, answered by base and tuned model',
    ja: '検証用の質問への回答を、ベースとチューニング後で並べて見る',
  },
  'help.runs.samples': {
    en: 'what the model answered on the way, at every held-out loss',
    ja: '学習の途中、検証損失を測るたびの回答を見る',
  },
  'help.runs.sampleStep': { en: 'the answers at this step', ja: 'このステップでの回答' },
  'help.runs.compare': {
    en: 'results of several runs, and where their settings differ',
    ja: '複数の学習の結果と、設定の違いを見る',
  },
  'help.runs.compareIds': { en: 'runs: ids or names', ja: '学習の ID または名前(複数)' },
  'help.runs.checkpoints': { en: 'the checkpoints that were kept', ja: '残っているチェックポイントの一覧' },
  'help.runs.use': {
    en: 'make the adapter of a checkpoint one that can be asked',
    ja: 'チェックポイントのアダプターを会話で使えるようにする',
  },
  'help.runs.continue': {
    en: 'a new run that goes on from a checkpoint',
    ja: 'チェックポイントの続きから新しい学習を始める',
  },
  'help.runs.continueSteps': { en: 'steps of the new run in all', ja: '新しい学習の全ステップ数' },
  'help.runs.export': {
    en: 'write the adapter or model of a run, or of a checkpoint, to a place of yours',
    ja: '学習またはチェックポイントのアダプターやモデルを書き出す',
  },
  'help.runs.step': { en: 'step of the checkpoint', ja: 'チェックポイントのステップ' },
  'help.runs.exportStep': {
    en: 'of this checkpoint, instead of the end',
    ja: '最終結果の代わりに使うチェックポイントのステップ',
  },
  'help.runs.output': { en: 'file, or folder for peft', ja: '書き出し先のファイル(peft ではフォルダー)' },
  'help.runs.format': {
    en: 'gguf for llama.cpp, peft for Hugging Face',
    ja: 'gguf(llama.cpp 用)または peft(Hugging Face 用)',
  },
  'help.runs.force': { en: 'replace what is there', ja: '既存のものを置き換える' },
  'help.recommend': {
    en: 'recommended settings for a base and a data set, and why',
    ja: 'ベースとデータセットに合った推奨設定とその理由を見る',
  },
  'help.recommend.method': {
    en: 'lora (an adapter) or full (every weight)',
    ja: 'lora(アダプター)または full(全重み)',
  },
  'help.recommend.effort': { en: 'quick, balanced or careful', ja: 'quick(お試し)、balanced(標準)、careful(念入り)' },
  'help.recommend.output': { en: 'write them as a recipe, too', ja: 'レシピとしても書き出すファイル' },
  'help.runs.metrics': { en: 'every step of a run, as a table', ja: 'すべてのステップの計測値を表で出す' },
  'help.runs.follow': { en: 'watch a run until it ends', ja: '学習が終わるまで見守る' },
  'help.runs.resume': { en: 'go on from the last checkpoint', ja: '最後のチェックポイントから再開する' },
  'help.runs.pause': { en: 'stop with a checkpoint, to go on later', ja: 'チェックポイントを保存して中断する' },
  'help.runs.cancel': { en: 'stop for good', ja: '学習を取りやめる' },
  'help.runs.delete': { en: 'delete a run; its adapter stays', ja: '学習の記録を削除する(アダプターは残ります)' },
  'help.runs.id': { en: 'run: id, the start of one, or its name', ja: '学習の ID(先頭の数文字でも可)または名前' },
  'help.models': { en: 'base models: list, facts, forget', ja: 'ベースモデルの一覧、詳細、登録解除' },
  'help.models.list': { en: 'all base models', ja: 'ベースモデルを一覧する' },
  'help.models.show': { en: 'what the file of a base model says', ja: 'ベースモデルのファイルの内容を見る' },
  'help.models.delete': { en: 'forget a base model; its file stays', ja: '登録を解除する(ファイルは残ります)' },
  'help.models.default': {
    en: 'show or choose what chat and the API ask where no model is named',
    ja: 'モデルを指定しないときにチャットと API が使う既定のモデルを表示または選択する',
  },
  'help.models.default.clear': { en: 'have no default model', ja: '既定のモデルをなしにする' },
  'help.models.id': { en: 'base model: name or id', ja: 'ベースモデル(名前または ID)' },
  'help.adapters': { en: 'adapters: list, delete', ja: 'アダプターの一覧、削除' },
  'help.adapters.list': { en: 'all adapters, newest first', ja: 'アダプターを新しい順に一覧する' },
  'help.adapters.delete': { en: 'delete an adapter and its files', ja: 'アダプターをファイルごと削除する' },
  'help.adapters.id': { en: 'adapter: name or id', ja: 'アダプター(名前または ID)' },
  'help.chat': { en: 'talk with a base model or a tuned one', ja: 'ベースモデルやチューニング後のモデルと会話する' },
  'help.chat.model': { en: 'base model or adapter: name or id', ja: 'ベースモデルまたはアダプター(名前または ID)' },
  'help.chat.modelOrDefault': {
    en: 'base model or adapter: name or id; the default model where it is left out',
    ja: 'ベースモデルまたはアダプター(名前または ID)。省略すると既定のモデル',
  },
  'help.chat.message': { en: 'ask this once and end', ja: 'この質問だけを送り、回答を表示して終わる' },
  'help.chat.compare': { en: 'let the base answer too', ja: 'ベースモデルにも答えさせて比べる' },
  'help.chat.system': { en: 'system message', ja: 'システムメッセージ' },
  'help.chat.temperature': { en: '0: always the likeliest word', ja: '0 にすると常に最も確からしい語を選ぶ' },
  'help.chat.maxTokens': { en: 'length of an answer at most, in tokens', ja: '回答の最大の長さ(トークン数)' },
  'help.serve': { en: 'serve the OpenAI-compatible API until Ctrl-C', ja: 'OpenAI 互換 API を Ctrl-C まで提供する' },
  'help.status': {
    en: 'how the backend is: memory, loaded models, runs',
    ja: 'バックエンドの状態(メモリー、読み込み済みのモデル、学習)を見る',
  },
  'help.doctor': { en: 'look whether all that is needed is there', ja: '必要なものがそろっているか調べる' },
  'help.tutorial.levels': { en: 'the lessons that come after it', ja: 'そのあとのレッスンの一覧' },
  'help.tutorial.show': { en: 'read a lesson', ja: 'レッスンを読む' },
  'help.tutorial.train': {
    en: 'bring in the data of a lesson and train by its recipe',
    ja: 'レッスンのデータを取り込み、そのレシピで学習する',
  },
  'help.tutorial.verify': {
    en: 'find out by asking the models whether a lesson was done',
    ja: 'モデルに質問して、レッスンができたかを確かめる',
  },
  'help.tutorial.level': { en: '1, 2 or 3', ja: '1、2、3 のどれか' },
  'help.tutorial.set': {
    en: 'change settings of the recipe, such as lora.rank=1',
    ja: 'レシピの設定を変える(例: lora.rank=1)',
  },
  'help.tutorial.answers': { en: 'show every answer', ja: 'すべての回答を表示する' },
  'help.tutorial': {
    en: 'tune the small model that comes along on 20 questions, and show what it learned',
    ja: '付属の小さなモデルを20問でチューニングし、何を覚えたかを見せる',
  },
} as const satisfies Record<string, Localised>;
