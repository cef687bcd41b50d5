import type { TextKey } from '../l10n/texts.ts';
import type { TextDetails } from '../l10n/translate.ts';

/** The command line itself is wrong. It ends with exit code 2. */
export class UsageError extends Error {
  readonly key: TextKey;
  readonly details: TextDetails;

  constructor(key: TextKey, details: TextDetails = {}) {
    super(key);
    this.name = 'UsageError';
    this.key = key;
    this.details = details;
  }
}
