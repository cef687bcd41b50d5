import { readGgufFileInfo } from 'node-llama-cpp';
import { TataraError } from '../contract/errors.ts';
import type { ModelFile } from '../training/ports.ts';

/**
 * Refuses an adapter before it is loaded where its header says that it is none, or that it belongs to another base.
 * Adapters from elsewhere that name no base pass; their shapes were compared with the base when they were imported.
 * @throws TataraError `adapter_mismatch` or `adapter_load_failed`
 */
export async function checkAdapter(adapterPath: string, base: ModelFile, architecture: string): Promise<void> {
  let metadata: Readonly<Record<string, unknown>>;
  try {
    const info = await readGgufFileInfo(adapterPath, {
      sourceType: 'filesystem',
      readTensorInfo: false,
      logWarnings: false,
    });
    metadata = info.metadata as unknown as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TataraError('adapter_load_failed', { path: adapterPath, reason }, { cause });
  }
  const read = (group: string, key: string): string | undefined => {
    const value = (metadata[group] as Readonly<Record<string, unknown>> | undefined)?.[key];
    return typeof value === 'string' ? value : undefined;
  };
  if (read('general', 'type') !== 'adapter' || read('adapter', 'type') !== 'lora') {
    throw new TataraError('adapter_load_failed', {
      path: adapterPath,
      reason: 'it is a GGUF file, but no LoRA adapter',
    });
  }
  const mismatch = (found: string, expected: string) =>
    new TataraError('adapter_mismatch', { adapter: adapterPath, found, expected });
  const baseHash = read('tatara', 'base_hash');
  if (baseHash !== undefined && baseHash !== base.hash) throw mismatch(baseHash, base.hash);
  const adapterArchitecture = read('general', 'architecture');
  if (adapterArchitecture !== undefined && adapterArchitecture !== architecture) {
    throw mismatch(adapterArchitecture, architecture);
  }
}
