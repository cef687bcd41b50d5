import type { Language } from '../../backend/contract/common.ts';
import { fillText, type TextDetails } from '../../backend/l10n/fillText.ts';
import { type TextKey, texts } from './texts.ts';

/** A text of the extension in the reader's language. */
export type Say = (key: TextKey, details?: TextDetails) => string;

export function sayIn(language: Language): Say {
  return (key, details) => fillText(language, texts[key], details);
}
