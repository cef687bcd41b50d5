/** What the doctor looks at, finds and advises. */
export const doctorTexts = {
  'check.node': { en: 'Node.js', ja: 'Node.js' },
  'check.node.found': { en: '{version} at {path}', ja: '{version} ({path})' },
  'check.libraries': { en: 'Native libraries', ja: 'ネイティブライブラリー' },
  'check.libraries.found': {
    en: 'ggml {version}, CPU variant {variant}, in {path}',
    ja: 'ggml {version}、CPU 向け {variant} ({path})',
  },
  'check.devices': { en: 'Devices', ja: 'デバイス' },
  'check.devices.none': { en: 'no device to train on', ja: '学習に使えるデバイスがありません' },
  'check.memory': { en: 'Memory', ja: 'メモリー' },
  'check.memory.found': { en: '{free} of {total} free', ja: '{total} 中 {free} が空き' },
  'check.memory.advice': {
    en: 'Close other programs before you train a large model.',
    ja: '大きなモデルを学習する前に、他のプログラムを閉じてください。',
  },
  'check.disk': { en: 'Disk', ja: 'ディスク' },
  'check.disk.found': { en: '{free} free', ja: '{free} が空き' },
  'check.disk.advice': {
    en: 'Free some space: checkpoints and adapters need it.',
    ja: '空き容量を増やしてください。チェックポイントとアダプターに必要です。',
  },
  'check.data_directory': { en: 'Data folder', ja: 'データフォルダー' },
  'check.data_directory.readonly': { en: '{path} cannot be written', ja: '{path} に書き込めません' },
  'check.data_directory.advice': {
    en: 'Give this user the right to write there, or name another folder in TATARA_HOME.',
    ja: 'このユーザーに書き込み権限を与えるか、TATARA_HOME で別のフォルダーを指定してください。',
  },
  'check.database': { en: 'Data base', ja: 'データベース' },
  'check.database.found': { en: 'schema {version}, intact', ja: 'スキーマ {version}、異常なし' },
  'check.database.advice': {
    en: 'Put a copy of tatara.db back, or move the file away to begin anew.',
    ja: 'tatara.db を控えから戻すか、別の場所に移して最初から始めてください。',
  },
  'check.port': { en: 'Address', ja: 'アドレス' },
  'check.port.found': { en: '{address}, this machine only', ja: '{address} (このマシンからのみ)' },
} as const;
