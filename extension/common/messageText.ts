import { plainText } from '../../backend/l10n/plainText.ts';

/** A text in a notification, where VS Code would make a link, or a command, of `[words](address)`. */
export function messageText(text: string): string {
  return withoutLinks(plainText(text));
}

export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
