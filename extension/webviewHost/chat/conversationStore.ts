import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAside } from '../../../backend/files/writeAside.ts';
import { Conversation } from '../../../webviews/contract/chat.ts';

/** The part of VS Code's Memento that is needed. */
export interface Memento {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

/** Where conversations were kept before they had files. */
const key = 'tatara.conversations';
const ending = '.json';

interface Read {
  readonly modified: number;
  readonly conversation: Conversation;
}

/**
 * Conversations that outlive the window, a file each: windows that talk at the same time do not overwrite each other's.
 * Folders and `memento` are VS Code's for the extension; what the memento still has is moved to files.
 */
export class ConversationStore {
  readonly #folder: string;
  readonly #memento: Memento;
  readonly #read = new Map<string, Read>();
  #moved: Promise<void> | null = null;

  constructor(folder: string, memento: Memento) {
    this.#folder = folder;
    this.#memento = memento;
  }

  /** The last changed first. What another version of the extension wrote and this one cannot read is left out. */
  async all(): Promise<Conversation[]> {
    await this.#move();
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(ending));
    const read = await Promise.all(names.map((name) => this.#load(join(this.#folder, name))));
    const changed = ({ changed_at }: Conversation): number => new Date(changed_at).getTime();
    return read.filter((conversation) => conversation !== null).sort((a, b) => changed(b) - changed(a));
  }

  async get(id: string): Promise<Conversation | null> {
    await this.#move();
    return isId(id) ? this.#load(this.#pathOf(id)) : null;
  }

  /** One without a question is not worth keeping. */
  async put(conversation: Conversation): Promise<void> {
    if (conversation.turns.length === 0 || !isId(conversation.id)) return;
    await this.#move();
    await this.#write(conversation);
  }

  async delete(id: string): Promise<void> {
    await this.#move();
    if (isId(id)) await rm(this.#pathOf(id), { force: true });
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}${ending}`);
  }

  async #write(conversation: Conversation): Promise<void> {
    await writeAside(this.#pathOf(conversation.id), async (file) => file.writeFile(JSON.stringify(conversation)));
  }

  async #load(path: string): Promise<Conversation | null> {
    try {
      const { mtimeMs: modified } = await stat(path);
      const before = this.#read.get(path);
      if (before?.modified === modified) return before.conversation;
      const { data } = Conversation.safeParse(JSON.parse(await readFile(path, 'utf8')));
      if (!data) return null;
      this.#read.set(path, { modified, conversation: data });
      return data;
    } catch {
      // It was deleted in another window, or is no conversation.
      return null;
    }
  }

  #move(): Promise<void> {
    this.#moved ??= this.#moveAll().catch((error: unknown) => {
      this.#moved = null;
      throw error;
    });
    return this.#moved;
  }

  async #moveAll(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const kept = z.array(z.unknown()).safeParse(this.#memento.get(key));
    if (!kept.success) return;
    for (const each of kept.data) {
      const { data } = Conversation.safeParse(each);
      if (data && isId(data.id)) await this.#write(data);
    }
    await this.#memento.update(key, undefined);
  }
}

function isId(id: string): boolean {
  return /^[\w-]{1,80}$/.test(id);
}
