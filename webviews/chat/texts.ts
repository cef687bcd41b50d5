import type { Localised } from '../shared/l10n.ts';

export const chatTexts = {
  model: { en: 'Model', ja: 'モデル' },
  onBase: { en: '{name} (on {base})', ja: '{name} ({base} 上)' },
  compare: { en: 'Compare with base', ja: 'ベースと比べる' },
  compareHint: {
    en: 'Ask the base and the tuned model the same, side by side',
    ja: 'ベースとチューニング後のモデルに同じことを聞き、並べて表示します',
  },
  settings: { en: 'Settings', ja: '設定' },
  system: { en: 'System prompt', ja: 'システムプロンプト' },
  systemHint: { en: 'What the model is told before the conversation', ja: '会話の前にモデルに伝えること' },
  temperature: { en: 'Chance (temperature)', ja: 'ばらつき (temperature)' },
  temperatureHint: { en: '0: always the likeliest word', ja: '0 にすると、常に最も確からしい語を選びます' },
  topP: { en: 'Likeliest share (top p)', ja: '上位の割合 (top p)' },
  maxTokens: { en: 'Most tokens of an answer', ja: '回答の最大トークン数' },
  seed: { en: 'Seed', ja: 'シード' },
  noLimit: { en: 'no limit', ja: '制限なし' },
  chance: { en: 'by chance', ja: '毎回変える' },

  new: { en: 'New conversation', ja: '新しい会話' },
  conversations: { en: 'Conversations', ja: '会話' },
  current: { en: 'Not asked yet', ja: 'まだ質問していません' },
  delete: { en: 'Delete the conversation…', ja: '会話を削除…' },

  noModels: { en: 'No model is there yet.', ja: 'モデルがまだありません。' },
  noModelsHint: {
    en: 'Import a base model from the Models view, then come back.',
    ja: '「モデル」ビューからベースモデルを取り込んでください。',
  },
  loading: { en: 'Starting…', ja: '準備しています…' },
  retry: { en: 'Try again', ja: '再試行' },
  empty: {
    en: 'Ask something that your data should have taught it.',
    ja: 'データで学んだはずのことを聞いてみてください。',
  },
  emptyOne: { en: 'Ask {model} something.', ja: '{model} に何か聞いてみてください。' },

  message: { en: 'Message', ja: 'メッセージ' },
  placeholder: {
    en: 'Message (Enter sends, Shift+Enter begins a new line)',
    ja: 'メッセージ (Enter で送信、Shift+Enter で改行)',
  },
  send: { en: 'Send', ja: '送信' },
  stop: { en: 'Stop', ja: '停止' },
  you: { en: 'You', ja: 'あなた' },
  base: { en: 'Base: {name}', ja: 'ベース: {name}' },
  tuned: { en: 'Tuned: {name}', ja: 'チューニング後: {name}' },
  answering: { en: 'Answering…', ja: '回答中…' },
  copy: { en: 'Copy', ja: 'コピー' },
  edit: { en: 'Edit and send again', ja: '編集して再送信' },
  resend: { en: 'Send again', ja: '再送信' },
  cancel: { en: 'Cancel', ja: 'キャンセル' },
  resendHint: {
    en: 'What was said after this is replaced.',
    ja: 'これより後のやり取りは置き換えられます。',
  },

  speed: { en: '{speed} tokens/s', ja: '{speed} トークン/秒' },
  length: { en: '{tokens} {tokens:token|tokens}', ja: '{tokens} トークン' },
  context: { en: 'Context {used} of {all}', ja: 'コンテキスト {used} / {all}' },
  'ended.length': { en: 'cut off: no room left', ja: '長さの上限で終了' },
  'ended.stopped': { en: 'stopped', ja: '停止しました' },
  silent: { en: 'The model said nothing.', ja: 'モデルは何も答えませんでした。' },

  vote: { en: 'Which answer is better?', ja: 'どちらの回答が良いですか?' },
  voteFirst: { en: 'Base is better', ja: 'ベースが良い' },
  voteSame: { en: 'No difference', ja: '同じくらい' },
  voteSecond: { en: 'Tuned is better', ja: 'チューニング後が良い' },
  voteKept: { en: 'Kept as preference data', ja: '選好データとして保存しました' },
  different: { en: 'Words that only this answer has are marked.', ja: 'この回答だけにある語に印を付けています。' },
} as const satisfies Record<string, Localised>;
