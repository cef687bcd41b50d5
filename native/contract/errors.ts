/**
 * What an engine can refuse or fail with. `backend/contract/errors.ts` holds the texts that a person reads, in both
 * languages, under the same codes; a test keeps the two lists the same.
 */
export const engineErrors = [
  /** The native libraries did not load. details: reason */
  'engine_library',
  /** The named device does not exist here. details: device, devices */
  'engine_device',
  /** Not a GGUF file, or one whose header is damaged. details: path, reason */
  'model_damaged',
  /** details: architecture, supported */
  'model_architecture',
  /** A tensor's type cannot be trained on. details: tensor, tensorType, supported */
  'model_tensor_type',
  /** A feature of the file that the engine does not compute. details: feature */
  'model_feature',
  /** A tensor that the architecture needs is missing or has another shape. details: tensor, reason */
  'model_tensor',
  /** The method adapts something that cannot be adapted in this base. details: target, reason */
  'lora_target',
  /** The adapter's base, shapes or targets are not this base's. details: path, reason */
  'adapter_mismatch',
  /** A token file is damaged or has no row to learn from. details: path, reason */
  'training_data',
  /** Loss or gradient became NaN or infinite. details: step */
  'training_diverged',
  /** A buffer could not be allocated. details: bytes */
  'out_of_memory',
  /** ENOSPC or EDQUOT while writing. details: path */
  'disk_full',
  /** The checkpoint belongs to another recipe, base or data. details: path, reason */
  'checkpoint_mismatch',
  /** Anything else: a bug in the engine. details: reason */
  'engine_bug',
] as const;
export type EngineErrorCode = (typeof engineErrors)[number];
