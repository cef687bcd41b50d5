import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, extname, isAbsolute, join } from 'node:path';
import { Name } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import type { Adapter, AdapterImport } from '../contract/model.ts';
import { diskFull, syncFile } from '../files/writeAside.ts';
import { hashFile } from './hashFile.ts';
import type { ModelService } from './modelService.ts';
import type { AdapterStore, ModelFiles } from './ports.ts';
import { resolveByName } from './resolveModel.ts';

export interface AdapterServiceOptions {
  readonly adapters: AdapterStore;
  readonly models: ModelService;
  readonly files: ModelFiles;
  /** Where adapters lie, each in a folder named by its id. */
  readonly directory: string;
  readonly newId: (prefix: string) => string;
  readonly now: () => string;
  /** The name of an unfinished run that still needs the adapter, or null. */
  readonly neededBy: (adapterId: string) => string | null;
  /** Told in the same transaction in which an adapter is forgotten. */
  readonly onDeleted: (adapter: Adapter) => void;
  readonly transaction: (work: () => void) => void;
}

export class AdapterService {
  readonly #options: AdapterServiceOptions;

  constructor(options: AdapterServiceOptions) {
    this.#options = options;
  }

  /** Copies an adapter into the data directory, after a check that it fits the base. */
  async import({ path, base, name }: AdapterImport): Promise<Adapter> {
    if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
    const { adapters, models, files, directory, newId, now } = this.#options;
    const model = models.resolve(base);
    const { bytes } = await hashFile(path);
    const { rank, alpha, baseHash } = await files.adapterFacts(path, model.path);
    if (baseHash !== null && baseHash !== model.hash) {
      throw new TataraError('adapter_unfit', {
        path,
        reason: `it was trained on ${baseHash}, the base is ${model.hash}`,
        reason_ja: `学習時のベースは ${baseHash} ですが、指定されたベースは ${model.hash} です`,
      });
    }
    const id = newId('adp');
    const folder = join(directory, id);
    const target = join(folder, 'adapter.gguf');
    try {
      await mkdir(folder, { recursive: true });
      await copyFile(path, target);
      await syncFile(target);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw diskFull(error, target);
    }
    const adapter: Adapter = {
      id,
      name: name ?? adapterName(path),
      base_id: model.id,
      base_hash: model.hash,
      path: target,
      rank,
      alpha,
      bytes,
      created_at: now(),
    };
    adapters.put(adapter);
    return adapter;
  }

  list(): readonly Adapter[] {
    return this.#options.adapters.list();
  }

  /** Throws `adapter_not_found`. */
  get(id: string): Adapter {
    const adapter = this.#options.adapters.get(id);
    if (!adapter) throw new TataraError('adapter_not_found', { id });
    return adapter;
  }

  /** By id or name; null where there is none. */
  find(asked: string): Adapter | null {
    return resolveByName(asked, this.#options.adapters.list());
  }

  async delete(id: string): Promise<void> {
    const { adapters, directory, neededBy, onDeleted, transaction } = this.#options;
    const adapter = this.get(id);
    const run = neededBy(id);
    if (run !== null) throw new TataraError('adapter_in_use', { name: adapter.name, run });
    transaction(() => {
      adapters.delete(id);
      onDeleted(adapter);
    });
    await rm(join(directory, id), { recursive: true, force: true });
  }
}

function adapterName(path: string): string {
  const name = basename(path, extname(path))
    .replaceAll(/[\p{C}/\\@]+/gu, '-')
    .slice(0, 120)
    .trim();
  return Name.safeParse(name).success ? name : 'adapter';
}
