/** What the domain of models needs of others. The stores are implemented by backend/db, the files by backend/engines. */
import type { StoredError } from '../contract/errorBody.ts';
import type { Adapter, Model, ModelFacts } from '../contract/model.ts';
import type { VerdictKind } from '../contract/verdict.ts';

export interface StoredFacts extends Omit<ModelFacts, 'training_refusal'> {
  readonly training_refusal: StoredError | null;
}

/** A base model as it is stored; whether its file is still there is looked up when it is asked for. */
export interface ModelRecord extends Omit<Model, 'facts' | 'available'> {
  readonly facts: StoredFacts;
  /** Of the file when it was hashed, ms since 1970: together with its size it tells that the file is still the same. */
  readonly modified: number;
}

/** Synchronous, so that a check and the change that it allows come in one step of the event loop. */
export interface ModelStore {
  add(model: ModelRecord): void;
  update(id: string, change: Pick<ModelRecord, 'path' | 'bytes' | 'modified' | 'facts'>): void;
  get(id: string): ModelRecord | null;
  byHash(hash: string): ModelRecord | null;
  /** Newest first. */
  list(): readonly ModelRecord[];
  /** What an evaluation has shown of it. */
  judge(id: string, verdict: VerdictKind): void;
  delete(id: string): void;
}

export interface AdapterStore {
  /** Takes the place of an adapter with the same id. */
  put(adapter: Adapter): void;
  get(id: string): Adapter | null;
  /** Newest first. */
  list(): readonly Adapter[];
  /** What an evaluation has shown of it. */
  judge(id: string, verdict: VerdictKind): void;
  delete(id: string): void;
}

/** What a person set for every client of the backend. */
export interface ChoiceStore {
  get(name: 'default_model'): string | null;
  /** Null: none any more. */
  set(name: 'default_model', value: string | null): void;
}

export interface AdapterFacts {
  readonly rank: number;
  readonly alpha: number;
  /** The base that a tool of ours wrote into it. */
  readonly baseHash: string | null;
}

export interface ModelFiles {
  /** Reads the header only. Throws `model_damaged`, `model_tensor_type`. */
  facts(path: string): Promise<StoredFacts>;
  /** Converts a Hugging Face folder to a GGUF file at `output`. */
  convert(folder: string, output: string): Promise<void>;
  /** Throws `model_damaged`, `adapter_mismatch` where the adapter does not fit the base. */
  adapterFacts(path: string, basePath: string): Promise<AdapterFacts>;
}
