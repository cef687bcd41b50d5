/**
 * Texts of the pages. Each page has its catalogue in both languages and a `say` made from it:
 *
 *     const texts = { title: { en: 'Loss', ja: '損失' } } as const satisfies Record<string, Localised>;
 *     const say = speaker(page.language, texts);
 *     say('title');
 *
 * `{name}` and `{count:row|rows}` are filled as everywhere in Tatara, and numbers are formatted by backend/l10n/format.ts.
 */
import { fillText, type TextDetails } from '../../backend/l10n/fillText.ts';

export type Language = 'en' | 'ja';
export type Localised = Readonly<Record<Language, string>>;

export type Say<K extends string> = (key: K, details?: TextDetails) => string;

export function speaker<T extends Readonly<Record<string, Localised>>>(
  language: Language,
  texts: T,
): Say<keyof T & string> {
  return (key, details) => fillText(language, texts[key] as Localised, details);
}
