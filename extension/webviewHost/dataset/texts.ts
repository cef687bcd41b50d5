import type { Localised } from '../../../backend/contract/common.ts';

export const datasetPanelTexts = {
  title: { en: 'Data set', ja: 'データセット' },
  export: { en: 'Export', ja: '書き出す' },
  remove: { en: 'Delete the row', ja: '行を削除' },
  removeQuestion: { en: 'Delete row {row}?', ja: '{row} 行目を削除しますか?' },
  removeDetail: {
    en: 'The next version of the data set will be without it. The version that you see stays.',
    ja: '次の版からこの行がなくなります。いま表示している版はそのまま残ります。',
  },
} as const satisfies Record<string, Localised>;
