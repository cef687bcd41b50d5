import type { Language, Localised } from '../contract/common.ts';

export type TextDetails = Readonly<Record<string, string | number>>;

/**
 * The text in the language. `{name}` is filled from the details; `{name:row|rows}` takes the first word where the
 * detail is 1 and the second elsewhere, which English needs and Japanese does not.
 */
export function fillText(language: Language, text: Localised, details: TextDetails = {}): string {
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
