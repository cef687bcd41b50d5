import type { Language } from '../contract/common.ts';
import { fillText, type TextDetails } from './fillText.ts';
import { type TextKey, texts } from './texts.ts';

export type { TextDetails } from './fillText.ts';

/** One of the product's texts in the language, filled from the details as `fillText` says. */
export function translate(language: Language, key: TextKey, details: TextDetails = {}): string {
  return fillText(language, texts[key], details);
}
