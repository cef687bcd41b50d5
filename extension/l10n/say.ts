import type { Language } from '../../backend/contract/common.ts';
import { fillText, type TextDetails } from '../../backend/l10n/fillText.ts';
import { withoutLinks } from '../common/messageText.ts';
import { type TextKey, texts } from './texts.ts';

/** A text of the extension in the reader's language. What it is filled with makes no link in a notification. */
export type Say = (key: TextKey, details?: TextDetails) => string;

export function sayIn(language: Language): Say {
  return (key, details) => {
    const safe = Object.entries(details ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? withoutLinks(value) : value,
    ]);
    return fillText(language, texts[key], Object.fromEntries(safe));
  };
}
