/** The errors of recipes, part of the error table. `recipe_invalid` carries the others as its problems. */
export const recipeErrors = {
  recipe_invalid: {
    status: 422,
    message: {
      en: 'The recipe {file} cannot be used. Problems: {count}. The first: {reason}',
      ja: 'レシピ {file} は使えません。問題は {count} 件です。最初の問題: {reason}',
    },
    hint: { en: 'Correct the places named and try again.', ja: '示された箇所を直してからもう一度試してください。' },
  },
  recipe_syntax: {
    status: 422,
    message: { en: 'The YAML is broken: {reason}', ja: 'YAML が壊れています: {reason}' },
  },
  recipe_unknown_key: {
    status: 422,
    message: {
      en: '{key}: there is no such setting. Known here: {known}.',
      ja: '{key}: この設定はありません。ここで使える設定: {known}。',
    },
  },
  recipe_misspelt_key: {
    status: 422,
    message: {
      en: '{key}: there is no such setting; did you mean {meant}?',
      ja: '{key}: この設定はありません。{meant} のことですか?',
    },
  },
  recipe_misplaced_key: {
    status: 422,
    message: {
      en: '{key}: this setting belongs {section}, as {meant}.',
      ja: '{key}: この設定は{section}に {meant} として書きます。',
    },
  },
  recipe_missing: {
    status: 422,
    message: { en: '{path} is missing: expected {expected}.', ja: '{path} がありません。{expected} が必要です。' },
  },
  recipe_wrong_value: {
    status: 422,
    message: {
      en: '{path}: expected {expected}, found {found}.',
      ja: '{path}: {expected} が必要ですが、{found} になっています。',
    },
  },
} as const;
