import type { Localised } from '../../../backend/contract/common.ts';

export const chatPanelTexts = {
  title: { en: 'Chat', ja: 'チャット' },
  delete: { en: 'Delete', ja: '削除' },
  deleteQuestion: { en: 'Delete this conversation?', ja: 'この会話を削除しますか?' },
  deleteDetail: {
    en: 'It cannot be brought back. What you voted stays.',
    ja: '元に戻せません。投票した内容は残ります。',
  },
} as const satisfies Record<string, Localised>;
