import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type { ChatToPage } from '../contract/chat.ts';
import { element } from '../shared/element.ts';
import type { Language, Say } from '../shared/l10n.ts';
import type { chatTexts } from './texts.ts';

type Kept = Extract<ChatToPage, { type: 'conversations' }>['conversations'];

export interface ConversationListOptions {
  readonly say: Say<keyof typeof chatTexts>;
  readonly language: Language;
  readonly onSearch: (text: string) => void;
  readonly onSelect: (id: string) => void;
  readonly onRename: (id: string) => void;
  readonly onExport: (id: string) => void;
  readonly onDelete: (id: string) => void;
}

/** How long a person may pause in typing before it is searched, ms. */
const typingPause = 200;

/** Every conversation that is kept, and what can be done with each. */
export class ConversationList {
  readonly root = element('section', { class: 'conversations', hidden: true });
  readonly #options: ConversationListOptions;
  readonly #search: HTMLElement & { value: string };
  readonly #list = element('ul', { class: 'conversation-list' });

  constructor(options: ConversationListOptions) {
    this.#options = options;
    const { say, onSearch } = options;
    this.root.setAttribute('aria-label', say('conversations'));
    this.#search = element('vscode-textfield', {
      placeholder: say('searchConversations'),
      label: say('searchConversations'),
    }) as HTMLElement & { value: string };
    let typing: ReturnType<typeof setTimeout> | undefined;
    this.#search.addEventListener('input', () => {
      clearTimeout(typing);
      typing = setTimeout(() => onSearch(this.#search.value), typingPause);
    });
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.toggle(false);
    });
    this.root.append(this.#search, this.#list);
  }

  toggle(shown: boolean = this.root.hidden === true): void {
    this.root.hidden = !shown;
    if (shown) this.#search.focus();
  }

  put(kept: Kept, current: string | null): void {
    const { say } = this.#options;
    const none = element('li', { class: 'quiet' }, say('noConversations'));
    this.#list.replaceChildren(...(kept.length === 0 ? [none] : kept.map((each) => this.#line(each, current))));
  }

  #line({ id, title, changed_at }: Kept[number], current: string | null): HTMLElement {
    const { say, language, onSelect, onRename, onExport, onDelete } = this.#options;
    const time = new Date(changed_at).toLocaleString(language === 'ja' ? 'ja-JP' : 'en-GB');
    const tool = (name: string, label: string, onclick: () => void): HTMLElement =>
      element('vscode-toolbar-button', { icon: name, label: `${label} ${title}`, title: label, onclick });
    return element(
      'li',
      { class: id === current ? 'current' : '' },
      element(
        'button',
        {
          type: 'button',
          class: 'conversation cut',
          title: `${title}\n${time}`,
          dir: 'auto',
          'aria-current': id === current ? 'true' : null,
          onclick: () => onSelect(id),
        },
        title,
      ),
      tool('edit', say('rename'), () => onRename(id)),
      tool('save-as', say('export'), () => onExport(id)),
      tool('trash', say('delete'), () => onDelete(id)),
    );
  }
}
