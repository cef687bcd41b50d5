import type { Localised } from '../../../backend/contract/common.ts';

export const chatPanelTexts = {
  title: { en: 'Chat', ja: 'チャット' },
  rename: { en: 'Rename the conversation', ja: '会話の名前を変更' },
  renamePrompt: {
    en: 'Leave it empty to go by the first question.',
    ja: '空にすると、最初の質問が名前になります。',
  },
  export: { en: 'Export', ja: '書き出す' },
  delete: { en: 'Delete', ja: '削除' },
  deleteQuestion: { en: 'Delete this conversation?', ja: 'この会話を削除しますか?' },
  deleteDetail: {
    en: 'It cannot be brought back. What you voted stays.',
    ja: '元に戻せません。投票した内容は残ります。',
  },
} as const satisfies Record<string, Localised>;
