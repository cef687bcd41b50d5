import { TataraError } from '../contract/errors.ts';
import type { DefaultModel } from '../contract/model.ts';
import type { VerdictKind } from '../contract/verdict.ts';
import type { AdapterService } from './adapterService.ts';
import type { ModelService } from './modelService.ts';
import type { ChoiceStore } from './ports.ts';

const lost: Partial<Record<VerdictKind, { readonly reason: string; readonly reason_ja: string }>> = {
  worse: {
    reason: 'its held-out answers were worse than those of its base',
    reason_ja: '検証用の質問への回答がベースより悪くなっています',
  },
  forgot: {
    reason: 'it has forgotten what its base knew',
    reason_ja: 'ベースが知っていたことを忘れています',
  },
};

/** The model that is asked where none is named. */
export class DefaultModels {
  readonly #choices: ChoiceStore;
  readonly #models: ModelService;
  readonly #adapters: AdapterService;

  constructor(choices: ChoiceStore, models: ModelService, adapters: AdapterService) {
    this.#choices = choices;
    this.#models = models;
    this.#adapters = adapters;
  }

  /** Null where none was chosen, or where it has been deleted since. */
  read(): DefaultModel | null {
    const id = this.#choices.get('default_model');
    return id === null ? null : this.#find(id);
  }

  /**
   * Throws `model_not_found`, `model_file_missing`, `model_file_changed`, and `default_model_lost` for one that an
   * evaluation has shown to be worse.
   */
  async choose(asked: string): Promise<DefaultModel> {
    const found = this.#find(asked);
    if (!found) throw new TataraError('model_not_found', { id: asked });
    const { id, name, kind, base_id: baseId } = found;
    const base = await this.#models.verify(this.#models.get(baseId));
    const { verdict } = kind === 'base' ? base : this.#adapters.get(id);
    const why = verdict && lost[verdict];
    if (why) throw new TataraError('default_model_lost', { name, ...why });
    this.#choices.set('default_model', id);
    return found;
  }

  clear(): void {
    this.#choices.set('default_model', null);
  }

  #find(asked: string): DefaultModel | null {
    const base = this.#models.find(asked);
    if (base) return { id: base.id, name: base.name, kind: 'base', base_id: base.id };
    const adapter = this.#adapters.find(asked);
    return adapter && { id: adapter.id, name: adapter.name, kind: 'adapter', base_id: adapter.base_id };
  }
}
