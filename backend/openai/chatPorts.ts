/** What OpenAI's surface needs of the rest. */
import type { ChatEvent, ChatRequest } from '../inference/inferenceTypes.ts';
import type { ModelFile } from '../training/ports.ts';

/** A base, or an adapter on its base, under the name that it is shown by. */
export interface AskableModel {
  readonly name: string;
  readonly file: ModelFile;
}

export interface ListedModel {
  readonly name: string;
  readonly createdAt: Date;
  /** Who made it, as far as it is known: `tatara` for an adapter of a run here. */
  readonly ownedBy: string;
}

export interface AskableModels {
  /**
   * By name or id of a base or an adapter.
   * @throws TataraError `model_not_found`
   */
  resolve(nameOrId: string): Promise<AskableModel>;
  /** Bases and adapters, newest first. */
  list(): Promise<readonly ListedModel[]>;
}

export interface ChatModelAsker {
  chat(request: ChatRequest): AsyncGenerator<ChatEvent, void, void>;
}
