import type { EngineErrorCode } from './errors.ts';

/** Words for a detail of an error, in both languages of the product. */
export interface Words {
  readonly en: string;
  readonly ja: string;
}

/**
 * A failure that the engine can name. Its message is for the log; people read the text of the code. Details that are
 * words come in pairs, `reason` in English and `reason_ja` in Japanese, and so with `feature`.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: EngineErrorCode, details: Readonly<Record<string, string | number>> = {}, options?: ErrorOptions) {
    const shown = Object.entries(details).filter(([key]) => !key.endsWith('_ja'));
    super(`${code}: ${JSON.stringify(Object.fromEntries(shown))}`, options);
    this.code = code;
    this.details = details;
  }
}

/** An error whose text tells a reason. */
export function failure(
  code: EngineErrorCode,
  details: Readonly<Record<string, string | number>>,
  reason: Words,
  options?: ErrorOptions,
): EngineError {
  return new EngineError(code, { ...details, reason: reason.en, reason_ja: reason.ja }, options);
}

/** A feature of a model that the engine does not compute. */
export function unknownFeature(feature: Words): EngineError {
  return new EngineError('model_feature', { feature: feature.en, feature_ja: feature.ja });
}
