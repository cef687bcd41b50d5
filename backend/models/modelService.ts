import { existsSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, extname, isAbsolute, join } from 'node:path';
import type { Language } from '../contract/common.ts';
import { Name } from '../contract/common.ts';
import { errorBody } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { Model, ModelImport } from '../contract/model.ts';
import { hashFile } from './hashFile.ts';
import type { AdapterStore, ModelFiles, ModelRecord, ModelStore } from './ports.ts';
import { fileState, resolveByName } from './resolveModel.ts';

export interface ModelServiceOptions {
  readonly models: ModelStore;
  readonly adapters: AdapterStore;
  readonly files: ModelFiles;
  /** Where converted models lie, each in a folder of its own. */
  readonly directory: string;
  readonly newId: (prefix: string) => string;
  readonly now: () => string;
  /** The name of something that still needs the model, or null. */
  readonly neededBy: (modelId: string) => string | null;
}

export class ModelService {
  readonly #options: ModelServiceOptions;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
  }

  /**
   * A GGUF file is taken where it lies; a Hugging Face folder is converted first. The same file imported again is the
   * same model, wherever it lies now.
   */
  async import({ path, name }: ModelImport, signal?: AbortSignal): Promise<ModelRecord> {
    if (!isAbsolute(path)) throw new TataraError('path_not_absolute', { path });
    const found = await stat(path).catch((error: unknown) => {
      throw new TataraError('file_missing', { path }, { cause: error });
    });
    const named = name ?? modelName(path);
    return found.isDirectory() ? this.#convert(path, named, name, signal) : this.#take(path, named, name, signal);
  }

  /** Takes in a model that a run wrote, under the id that it gave it. */
  async register(id: string, path: string, name: string): Promise<ModelRecord> {
    return this.#take(path, this.#freeName(name), undefined, undefined, id);
  }

  async list(language: Language): Promise<Model[]> {
    return Promise.all(this.all().map((model) => modelView(model, language)));
  }

  async read(id: string, language: Language): Promise<Model> {
    return modelView(this.get(id), language);
  }

  /** Throws `model_not_found`. */
  get(id: string): ModelRecord {
    const model = this.#options.models.get(id);
    if (!model) throw new TataraError('model_not_found', { id });
    return model;
  }

  /** Newest first. */
  all(): readonly ModelRecord[] {
    return this.#options.models.list();
  }

  /** By id or name; null where there is none. */
  find(asked: string): ModelRecord | null {
    return resolveByName(asked, this.all());
  }

  /** By id or name. Throws `model_not_found`. */
  resolve(asked: string): ModelRecord {
    const model = this.find(asked);
    if (!model) throw new TataraError('model_not_found', { id: asked });
    return model;
  }

  /**
   * Makes sure that the model's file is still what its hash says. One that only looks changed, because it was copied or
   * touched, is hashed again. Throws `model_file_missing`, `model_file_changed`.
   */
  async verify(model: ModelRecord, signal?: AbortSignal): Promise<ModelRecord> {
    const { name, path } = model;
    const state = await fileState(model);
    if (state === 'there') return model;
    if (state === 'missing') throw new TataraError('model_file_missing', { name, path });
    const { hash, bytes, modified } = await hashFile(path, signal);
    if (hash !== model.hash) throw new TataraError('model_file_changed', { name, path });
    const verified = { ...model, bytes, modified };
    this.#options.models.update(model.id, verified);
    return verified;
  }

  /** Forgets a model. Its file stays, unless it was made here. */
  async delete(id: string): Promise<void> {
    const { models, adapters, directory, neededBy } = this.#options;
    const model = this.get(id);
    const user = adapters.list().find((adapter) => adapter.base_id === id)?.name ?? neededBy(id);
    if (user !== null) throw new TataraError('model_in_use', { name: model.name, user });
    models.delete(id);
    await rm(join(directory, id), { recursive: true, force: true });
  }

  async #convert(folder: string, named: string, asked: string | undefined, signal?: AbortSignal): Promise<ModelRecord> {
    const { files, directory, newId } = this.#options;
    if (!existsSync(join(folder, 'config.json'))) throw new TataraError('model_folder', { path: folder });
    const id = newId('mdl');
    const target = join(directory, id);
    await mkdir(target, { recursive: true });
    try {
      const output = join(target, 'model.gguf');
      await files.convert(folder, output);
      signal?.throwIfAborted();
      const model = await this.#take(output, named, asked, signal, id);
      // The same model was there before: it keeps its own file.
      if (model.id !== id) await rm(target, { recursive: true, force: true });
      return model;
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
  }

  async #take(
    path: string,
    named: string,
    asked: string | undefined,
    signal?: AbortSignal,
    id?: string,
  ): Promise<ModelRecord> {
    const { models, files, newId, now } = this.#options;
    const facts = await files.facts(path);
    const { hash, bytes, modified } = await hashFile(path, signal);
    const known = models.byHash(hash);
    if (known) {
      if (asked !== undefined && asked !== known.name) throw new TataraError('model_known', { name: known.name, path });
      // Where the old file is still in its place, it stays the model's file.
      if ((await fileState(known)) !== 'there') models.update(known.id, { path, bytes, modified, facts });
      return this.get(known.id);
    }
    this.#checkName(named, hash);
    const model = { id: id ?? newId('mdl'), name: named, path, hash, bytes, modified, facts, created_at: now() };
    models.add(model);
    return model;
  }

  #checkName(name: string, hash: string): void {
    const holder = this.#options.models.list().find((model) => model.name === name);
    if (holder && holder.hash !== hash) throw new TataraError('model_name_taken', { name });
  }

  #freeName(wanted: string): string {
    const taken = new Set(this.#options.models.list().map(({ name }) => name));
    let name = wanted;
    for (let number = 2; taken.has(name); number++) name = `${wanted} ${number}`;
    return name;
  }
}

/** A model with its words in one language. */
export async function modelView(model: ModelRecord, language: Language): Promise<Model> {
  const { modified: _, facts, ...rest } = model;
  const { training_refusal: refusal, ...said } = facts;
  const training_refusal = refusal && { code: refusal.code, message: errorBody(refusal, language).message };
  return { ...rest, facts: { ...said, training_refusal }, available: (await fileState(model)) === 'there' };
}

/** The file's or the folder's name, without what a name may not hold. */
function modelName(path: string): string {
  const name = basename(path, extname(path).toLowerCase() === '.gguf' ? extname(path) : '')
    .replaceAll(/[\p{C}/\\@]+/gu, '-')
    .slice(0, 120)
    .trim();
  return Name.safeParse(name).success ? name : 'model';
}
