import { defaultModelName } from '../contract/chat.ts';
import { TataraError } from '../contract/errors.ts';
import type { Adapter } from '../contract/model.ts';
import type { ModelFile } from '../training/ports.ts';
import type { AdapterService } from './adapterService.ts';
import type { DefaultModels } from './defaultModels.ts';
import type { ModelService } from './modelService.ts';

interface Askable {
  readonly name: string;
  readonly file: ModelFile;
}

/** Bases and adapters as models that can be asked. An adapter is asked on its base. */
export class AskableModels {
  readonly #models: ModelService;
  readonly #adapters: AdapterService;
  readonly #defaults: DefaultModels;

  constructor(models: ModelService, adapters: AdapterService, defaults: DefaultModels) {
    this.#models = models;
    this.#adapters = adapters;
    this.#defaults = defaults;
  }

  /**
   * By name or id; `default` is the default model where nothing has this name. Throws `model_not_found`,
   * `default_model_missing`, `model_file_missing`, `model_file_changed`.
   */
  async resolve(asked: string): Promise<Askable> {
    const base = this.#models.find(asked);
    if (base) {
      const { name, path, hash } = await this.#models.verify(base);
      return { name, file: { path, hash } };
    }
    const adapter = this.#adapters.find(asked);
    if (!adapter && asked === defaultModelName) {
      const chosen = this.#defaults.read();
      if (!chosen) throw new TataraError('default_model_missing');
      return this.resolve(chosen.id);
    }
    if (!adapter) throw new TataraError('model_not_found', { id: asked });
    return { name: adapter.name, file: await this.#onBase(adapter) };
  }

  /** By name or id; null where it, its base or its file is gone. */
  async find(asked: string): Promise<ModelFile | null> {
    try {
      return (await this.resolve(asked)).file;
    } catch (error) {
      if (error instanceof TataraError) return null;
      throw error;
    }
  }

  /** Bases and adapters, newest first. */
  async list(): Promise<{ name: string; createdAt: Date; ownedBy: string }[]> {
    const bases = this.#models.all().map(({ name, created_at }) => ({ name, created_at, ownedBy: 'user' }));
    const adapters = this.#adapters.list().map(({ name, created_at, run_id }) => ({
      name,
      created_at,
      ownedBy: run_id === undefined ? 'user' : 'tatara',
    }));
    return [...adapters, ...bases]
      .map(({ created_at, ...rest }) => ({ ...rest, createdAt: new Date(created_at) }))
      .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  }

  async #onBase({ base_id, path: adapterPath }: Adapter): Promise<ModelFile> {
    const { path, hash } = await this.#models.verify(this.#models.get(base_id));
    return { path, hash, adapterPath };
  }
}
