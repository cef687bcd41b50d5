import * as z from 'zod';
import { Conversation } from '../../../webviews/contract/chat.ts';

/** The part of VS Code's Memento that is needed. */
export interface Memento {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const key = 'tatara.conversations';
/** Older ones are let go, so that what VS Code keeps in memory stays small. */
const mostConversations = 100;

/** Conversations that outlive the window, the last changed first. */
export class ConversationStore {
  readonly #memento: Memento;

  constructor(memento: Memento) {
    this.#memento = memento;
  }

  /** What another version of the extension kept and this one cannot read is left out. */
  all(): Conversation[] {
    const kept = z.array(z.unknown()).safeParse(this.#memento.get(key));
    const read = (kept.data ?? []).map((conversation) => Conversation.safeParse(conversation));
    return read.flatMap(({ data }) => (data ? [data] : []));
  }

  get(id: string): Conversation | null {
    return this.all().find((conversation) => conversation.id === id) ?? null;
  }

  /** One without a question is not worth keeping. */
  async put(conversation: Conversation): Promise<void> {
    if (conversation.turns.length === 0) return;
    const others = this.all().filter(({ id }) => id !== conversation.id);
    await this.#memento.update(key, [conversation, ...others].slice(0, mostConversations));
  }

  async delete(id: string): Promise<void> {
    await this.#memento.update(
      key,
      this.all().filter((conversation) => conversation.id !== id),
    );
  }
}
