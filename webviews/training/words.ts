import type { Language, Say } from '../shared/l10n.ts';
import type { runTexts } from './runTexts.ts';

/** What every part of a page about runs speaks with. */
export interface RunWords {
  readonly language: Language;
  readonly say: Say<keyof typeof runTexts>;
}
