import type { Language } from '../contract/common.ts';

/** The reader's language: what was asked for, else TATARA_LANGUAGE, else the system's locale (POSIX order), else English. */
export function chooseLanguage(
  asked: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const locale =
    asked ||
    environment.TATARA_LANGUAGE ||
    environment.LC_ALL ||
    environment.LC_MESSAGES ||
    environment.LANG ||
    Intl.DateTimeFormat().resolvedOptions().locale;
  return /^ja(?![a-z])/i.test(locale) ? 'ja' : 'en';
}
