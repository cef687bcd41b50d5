import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Adapter, Model } from '../../../backend/contract/model.ts';
import { writeAside } from '../../../backend/files/writeAside.ts';
import {
  type AskedModel,
  type ChatAnswer,
  ChatPageState,
  type ChatSettings,
  ChatToHost,
  ChatToPage,
  type Conversation,
  type Side,
  type Vote,
} from '../../../webviews/contract/chat.ts';
import { failureOf } from '../failureOf.ts';
import type { Panel, PanelKind } from '../panel.ts';
import { answerOn, askModel, messagesOf } from './askModels.ts';
import type { ConversationStore } from './conversationStore.ts';
import { asMarkdown, asRow, fits, titleOf } from './conversationText.ts';
import { chatPanelTexts as texts } from './texts.ts';

/** Told of every model that has answered: a base, or one that was tuned. */
export type OnAnswered = (kind: 'base' | 'tuned') => void;

/** Talks with one model, or with a tuned model and its base side by side. */
export function chatPanel(
  store: ConversationStore,
  onAnswered: OnAnswered,
): PanelKind<ChatToHost, ChatToPage, ChatPageState> {
  return {
    name: 'chat',
    toHost: ChatToHost,
    toPage: ChatToPage,
    state: ChatPageState,
    keyOf: ({ conversationId, model }) => conversationId ?? `new ${model ?? ''}`,
    title: (_state, language) => texts.title[language],
    serve: (panel) => new ChatService(panel, store, onAnswered),
  };
}

class ChatService {
  readonly #panel: Panel<ChatToPage, ChatPageState>;
  readonly #store: ConversationStore;
  readonly #onAnswered: OnAnswered;
  readonly #closing = new AbortController();
  #models: AskedModel[] = [];
  #conversation: Conversation | null = null;
  #answering: AbortController | null = null;
  #search = '';

  constructor(panel: Panel<ChatToPage, ChatPageState>, store: ConversationStore, onAnswered: OnAnswered) {
    this.#panel = panel;
    this.#store = store;
    this.#onAnswered = onAnswered;
  }

  dispose(): void {
    this.#closing.abort();
    this.#answering?.abort();
  }

  async receive(message: ChatToHost): Promise<void> {
    try {
      await this.#handle(message);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      this.#panel.send({ type: 'failure', failure: failureOf(error, this.#panel.language) });
    }
  }

  async #handle(message: ChatToHost): Promise<void> {
    switch (message.type) {
      case 'ready': {
        const kept = message.conversationId === null ? null : await this.#store.get(message.conversationId);
        this.#models = await this.#askedModels();
        this.#panel.send({ type: 'models', models: this.#models });
        if (!this.#conversation) return this.#show(kept ?? this.#fresh(message.model));
        // The page was hidden for a while; what is being answered goes on.
        this.#tell();
        return this.#tellConversations();
      }
      case 'new':
        return this.#show(this.#fresh(this.#conversation?.settings.model ?? undefined));
      case 'select': {
        const chosen = await this.#store.get(message.conversationId);
        if (chosen) await this.#show(chosen);
        return;
      }
      case 'search':
        this.#search = message.text;
        return this.#tellConversations();
      case 'rename':
        return this.#rename(message.conversationId);
      case 'export':
        return this.#export(message.conversationId);
      case 'delete':
        return this.#delete(message.conversationId);
      case 'settings': {
        const conversation = this.#current(message.conversationId);
        if (conversation) await this.#change({ ...conversation, settings: message.settings });
        return;
      }
      case 'send': {
        const conversation = this.#current(message.conversationId);
        if (conversation) await this.#ask(conversation, message.text, message.from ?? conversation.turns.length);
        return;
      }
      case 'stop':
        return this.#answering?.abort();
      case 'vote':
        return this.#vote(message.conversationId, message.turn, message.better);
      case 'copy':
        return vscode.env.clipboard.writeText(message.text);
    }
  }

  async #askedModels(): Promise<AskedModel[]> {
    const backend = await this.#panel.backend();
    const [{ models }, { adapters }, { model: chosen }] = await Promise.all([
      backend.call('listBases'),
      backend.call('listAdapters'),
      backend.call('readDefaultModel'),
    ]);
    const asked = askedModels(models, adapters);
    // A new conversation is with the first one.
    const first = asked.filter(({ name }) => name === chosen?.name);
    return [...first, ...asked.filter((each) => !first.includes(each))];
  }

  #current(id: string): Conversation | null {
    return this.#conversation?.id === id ? this.#conversation : null;
  }

  #fresh(model: string | undefined): Conversation {
    const now = new Date().toISOString();
    const chosen = this.#models.find(({ name }) => name === model) ?? this.#models[0];
    const sampling = { temperature: 0.8, top_p: 0.95, max_tokens: null, seed: null };
    const settings: ChatSettings = {
      model: chosen?.name ?? null,
      compare: chosen !== undefined && chosen.base !== null,
      system: '',
      sampling,
    };
    return { id: randomUUID(), created_at: now, changed_at: now, settings, turns: [] };
  }

  async #show(conversation: Conversation): Promise<void> {
    this.#answering?.abort();
    this.#answering = null;
    this.#conversation = conversation;
    this.#tell();
    await this.#tellConversations();
  }

  async #change(conversation: Conversation): Promise<void> {
    const changed = { ...conversation, changed_at: new Date().toISOString() };
    if (this.#conversation?.id === conversation.id) {
      this.#conversation = changed;
      this.#tell();
    }
    await this.#store.put(changed);
    await this.#tellConversations();
  }

  #tell(): void {
    if (!this.#conversation) return;
    const answering = this.#answering !== null;
    this.#panel.send({ type: 'conversation', conversation: this.#conversation, answering });
  }

  async #tellConversations(): Promise<void> {
    const fitting = (await this.#store.all()).filter((conversation) => fits(conversation, this.#search));
    const conversations = fitting.map((conversation) => {
      const { id, changed_at } = conversation;
      return { id, changed_at, title: titleOf(conversation) };
    });
    this.#panel.send({ type: 'conversations', conversations });
  }

  async #rename(id: string): Promise<void> {
    const { language } = this.#panel;
    const conversation = await this.#kept(id);
    if (!conversation) return;
    const options = {
      title: texts.rename[language],
      value: titleOf(conversation),
      prompt: texts.renamePrompt[language],
    };
    const name = await vscode.window.showInputBox(options);
    if (name === undefined) return;
    // It may have been answered meanwhile.
    const now = (await this.#kept(id)) ?? conversation;
    const { name: _before, ...rest } = now;
    const renamed = name.trim() === '' ? rest : { ...rest, name: name.trim().slice(0, 200) };
    if (this.#conversation?.id === id) this.#conversation = renamed;
    await this.#store.put(renamed);
    await this.#tellConversations();
  }

  /** As Markdown to be read, or as a row of a data set. */
  async #export(id: string): Promise<void> {
    const { language } = this.#panel;
    const conversation = await this.#kept(id);
    if (!conversation) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
    const name = titleOf(conversation)
      .replace(/[\p{C}<>:"/\\|?*.]+/gu, '-')
      .slice(0, 60);
    const chosen = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(folder, `${name || 'chat'}.md`),
      saveLabel: texts.export[language],
      filters: { Markdown: ['md'], 'JSON Lines': ['jsonl'] },
    });
    if (!chosen) return;
    const text = chosen.fsPath.endsWith('.jsonl') ? asRow(conversation) : asMarkdown(conversation);
    await writeAside(chosen.fsPath, async (file) => file.writeFile(text));
  }

  /** What is shown is newer than what is kept while an answer is made. */
  async #kept(id: string): Promise<Conversation | null> {
    return this.#current(id) ?? (await this.#store.get(id));
  }

  async #delete(id: string): Promise<void> {
    const { language } = this.#panel;
    const yes = texts.delete[language];
    const options = { modal: true, detail: texts.deleteDetail[language] };
    if ((await vscode.window.showWarningMessage(texts.deleteQuestion[language], options, yes)) !== yes) return;
    await this.#store.delete(id);
    if (this.#conversation?.id === id) await this.#show(this.#fresh(this.#conversation.settings.model ?? undefined));
    else await this.#tellConversations();
  }

  /** Base and tuned answer the same question at the same time, each from its own answers before. */
  async #ask(conversation: Conversation, question: string, at: number): Promise<void> {
    const { model, compare, sampling } = conversation.settings;
    if (model === null || this.#answering) return;
    const base = this.#models.find(({ name }) => name === model)?.base ?? null;
    const both = compare && base !== null;
    const answering = new AbortController();
    this.#answering = answering;
    const blank = (name: string): ChatAnswer => ({ model: name, text: '', facts: null, failure: null });
    // The base stands first, wherever the two are seen.
    const turn = { question, first: blank(both ? base : model), second: both ? blank(model) : null, vote: null };
    const asked: Conversation = { ...conversation, turns: [...conversation.turns.slice(0, at), turn] };
    await this.#change(asked);
    const sides: Side[] = both ? ['first', 'second'] : ['first'];
    const ask = async (side: Side): Promise<ChatAnswer> => {
      const { model: name } = answerOn(turn, side);
      const messages = [...messagesOf(asked, at, side), { role: 'user' as const, content: question }];
      let text = '';
      const onText = (piece: string): void => {
        text += piece;
        this.#grow(asked.id, at, side, text);
        if (this.#conversation?.id !== asked.id) return;
        this.#panel.send({ type: 'piece', conversationId: asked.id, side, text: piece });
      };
      try {
        const backend = await this.#panel.backend();
        const facts = await askModel(backend, name, messages, sampling, onText, answering.signal);
        this.#onAnswered(name === model && base !== null ? 'tuned' : 'base');
        return { model: name, text, facts, failure: null };
      } catch (error) {
        return { model: name, text, facts: null, failure: failureOf(error, this.#panel.language) };
      }
    };
    const [first, second] = await Promise.all(sides.map(ask));
    if (this.#answering === answering) this.#answering = null;
    const turns = asked.turns.with(at, { ...turn, first: first!, second: second ?? null });
    await this.#change({ ...asked, settings: this.#current(asked.id)?.settings ?? asked.settings, turns });
  }

  /** So that a page which comes back in the middle of an answer has it from its beginning. */
  #grow(id: string, at: number, side: Side, text: string): void {
    const conversation = this.#current(id);
    const turn = conversation?.turns[at];
    const answer = turn?.[side];
    if (!conversation || !turn || !answer) return;
    this.#conversation = {
      ...conversation,
      turns: conversation.turns.with(at, { ...turn, [side]: { ...answer, text } }),
    };
  }

  async #vote(id: string, at: number, better: Vote): Promise<void> {
    const conversation = this.#current(id);
    const turn = conversation?.turns[at];
    if (!conversation || !turn?.second || turn.vote?.better === better) return;
    const { first, second } = turn;
    const backend = await this.#panel.backend();
    // Preference data has one conversation before the two answers; the tuned model's own is the one that goes on.
    const before = messagesOf(conversation, at, 'second').map(({ role, content }) => ({
      role: role as 'system' | 'user' | 'assistant',
      content: content as string,
    }));
    const { id: vote } = await backend.call('createPreference', {
      body: {
        messages: [...before, { role: 'user', content: turn.question }],
        answers: [
          { model: first.model, text: first.text },
          { model: second.model, text: second.text },
        ],
        better,
      },
    });
    if (turn.vote) await backend.call('deletePreference', { params: { id: turn.vote.id } });
    const current = this.#current(id) ?? conversation;
    await this.#change({ ...current, turns: current.turns.with(at, { ...turn, vote: { id: vote, better } }) });
  }
}

/** Adapters first: whoever tuned a model wants to talk to it. */
export function askedModels(models: readonly Model[], adapters: readonly Adapter[]): AskedModel[] {
  const bases = models.filter(({ available }) => available);
  const tuned = adapters.flatMap(({ name, base_id }) => {
    const base = bases.find(({ id }) => id === base_id);
    return base ? [{ name, base: base.name, context: contextOf(base) }] : [];
  });
  return [...tuned, ...bases.map((base) => ({ name: base.name, base: null, context: contextOf(base) }))];
}

/** The backend asks with at most this many tokens. */
const longestContext = 8192;

function contextOf({ facts }: Model): number {
  return facts.context_length === 0 ? longestContext : Math.min(facts.context_length, longestContext);
}
