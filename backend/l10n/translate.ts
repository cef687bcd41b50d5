import type { Language, Localised } from '../contract/common.ts';
import { type TextKey, texts } from './texts.ts';

export type TextDetails = Readonly<Record<string, string | number>>;

/**
 * The text in the language. `{name}` is filled from the details; `{name:row|rows}` takes the first word where the
 * detail is 1 and the second elsewhere, which English needs and Japanese does not.
 */
export function translate(language: Language, key: TextKey, details: TextDetails = {}): string {
  const text: Localised = texts[key];
  return text[language].replace(
    /\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = details[name];
      if (value === undefined) return whole;
      if (one === undefined || many === undefined) return String(value);
      return Number(String(value).replaceAll(',', '')) === 1 ? one : many;
    },
  );
}
