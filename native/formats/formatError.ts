/** The codes of native/contract/errors.ts that reading and writing files can fail with; a test keeps them a part of it. */
export const formatErrorCodes = [
  'model_damaged',
  'model_architecture',
  'model_tensor_type',
  'model_tensor',
  'model_feature',
  'adapter_mismatch',
  'disk_full',
] as const;
export type FormatErrorCode = (typeof formatErrorCodes)[number];

/** Why, in both languages of the product. */
export interface Reason {
  readonly en: string;
  readonly ja: string;
}

/**
 * A file that cannot be read or written as asked. `details` fill the placeholders of the error's text; `reason` is
 * English and `reason_ja` the same in Japanese (so with `feature`), `offset` the byte in the file where the fault lies.
 */
export class FormatError extends Error {
  readonly code: FormatErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: FormatErrorCode, details: Readonly<Record<string, string | number>>, options?: ErrorOptions) {
    const shown = Object.entries(details).filter(([key]) => !key.endsWith('_ja'));
    super(`${code}: ${shown.map(([key, value]) => `${key} ${value}`).join(', ')}`, options);
    this.name = 'FormatError';
    this.code = code;
    this.details = details;
  }
}

/** Builds the error for a damaged file, with the place of the fault where it is known. */
export function damaged(path: string, reason: Reason, offset?: number, cause?: unknown): FormatError {
  return reasoned('model_damaged', { path, ...(offset === undefined ? {} : { offset }) }, reason, cause);
}

/** A feature of a model that cannot be expressed or computed, named in both languages. */
export function unsupported(feature: Reason): FormatError {
  return new FormatError('model_feature', { feature: feature.en, feature_ja: feature.ja });
}

export function reasoned(
  code: FormatErrorCode,
  details: Readonly<Record<string, string | number>>,
  reason: Reason,
  cause?: unknown,
): FormatError {
  const all = { ...details, reason: reason.en, reason_ja: reason.ja };
  return new FormatError(code, all, cause === undefined ? undefined : { cause });
}
