/** Words that stand inside the texts of problems. */
import type { Localised } from '../contract/common.ts';

export const typeWords = {
  null: { en: 'null', ja: 'null' },
  boolean: { en: 'true or false', ja: '真偽値' },
  number: { en: 'a number', ja: '数値' },
  string: { en: 'text', ja: '文字列' },
  list: { en: 'a list', ja: '配列' },
  object: { en: 'an object', ja: 'オブジェクト' },
  missing: { en: 'missing', ja: '存在しない値' },
} as const satisfies Record<string, Localised>;

export function typeWord(value: unknown): Localised {
  if (value === undefined) return typeWords.missing;
  if (value === null) return typeWords.null;
  if (Array.isArray(value)) return typeWords.list;
  const type = typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? typeWords[type] : typeWords.object;
}

export const nothing: Localised = { en: 'none', ja: 'なし' };

/** The names, the first twelve of them, long ones shortened. */
export function nameList(names: readonly string[]): string | Localised {
  if (names.length === 0) return nothing;
  const shown = names.slice(0, 12).map((name) => (name.length > 40 ? `${name.slice(0, 40)}…` : name));
  return shown.join(', ') + (names.length > shown.length ? ', …' : '');
}
