import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import * as z from 'zod';
import type { RowContent, RowMessage, TableRow, Token } from '../contract/dataset.ts';
import type { Failure } from '../contract/failure.ts';
import { element, icon } from '../shared/element.ts';
import { enable } from '../shared/enable.ts';
import type { Say } from '../shared/l10n.ts';
import { jsonField } from './jsonField.ts';
import { noticeText } from './notices.ts';
import type { datasetTexts } from './texts.ts';

const Calls = z.array(z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.unknown()) })).min(1);
const Functions = z.array(z.looseObject({ name: z.string().min(1) })).min(1);

export type Tab = 'edit' | 'model';

export interface RowDetailOptions {
  readonly say: Say<keyof typeof datasetTexts>;
  readonly onTab: (tab: Tab) => void;
  readonly onClose: () => void;
  /** `branch`: also where a newer version has changed the same row. */
  readonly onEdit: (row: number, content: RowContent | null, branch: boolean) => void;
  readonly onOpenVersion: (datasetId: string) => void;
}

/** What stands instead of tokens while there are none. */
export type TokenState = { readonly tokens: readonly Token[] } | { readonly words: string };

/** One row, to be changed, or as the model reads it. */
export class RowDetail {
  readonly root = element('section', { class: 'detail', hidden: true });
  readonly #options: RowDetailOptions;
  readonly #body = element('div', { class: 'detail-body', role: 'tabpanel', id: 'detail-body', tabindex: -1 });
  #row: TableRow | null = null;
  #messages: RowMessage[] = [];
  #tools: RowContent['tools'];
  /** Fields whose JSON cannot be read as it stands. */
  readonly #broken = new Set<string>();
  #tab: Tab = 'edit';
  #tokens: TokenState = { words: '' };
  #saving = false;
  /** What was sent last, for another try. */
  #sent: RowContent | null = null;

  constructor(options: RowDetailOptions) {
    this.#options = options;
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') options.onClose();
    });
  }

  get row(): TableRow | null {
    return this.#row;
  }

  /** Whether something was changed that would be lost. */
  get changed(): boolean {
    if (this.#row === null) return false;
    const { messages, tools } = this.#row.row;
    return this.#broken.size > 0 || JSON.stringify([this.#messages, this.#tools]) !== JSON.stringify([messages, tools]);
  }

  show(row: TableRow | null, tab: Tab): void {
    this.#row = row;
    this.#tab = tab;
    this.#saving = false;
    this.#messages = row ? row.row.messages.map((message) => ({ ...message })) : [];
    this.#tools = row?.row.tools;
    this.#broken.clear();
    this.root.hidden = row === null;
    this.#draw();
  }

  setTab(tab: Tab): void {
    this.#tab = tab;
    this.#draw();
  }

  setTokens(tokens: TokenState): void {
    this.#tokens = tokens;
    if (this.#tab === 'model') this.#drawBody();
  }

  /** What was typed stays. `conflict`: the version that has changed the row meanwhile, and the one that is edited. */
  failed(failure: Failure, conflict?: { readonly id: string; readonly version: number; readonly base: number }): void {
    const { say, onOpenVersion } = this.#options;
    this.#saving = false;
    this.#drawBody();
    const actions = conflict && [
      element(
        'vscode-button',
        { onclick: () => this.#send(this.#sent, true) },
        say('saveAnyway', { version: conflict.base }),
      ),
      element(
        'vscode-button',
        { secondary: true, onclick: () => onOpenVersion(conflict.id) },
        say('openNewer', { version: conflict.version }),
      ),
    ];
    this.#body.prepend(banner(failure, ...(actions ?? [])));
  }

  #draw(): void {
    if (!this.#row) {
      this.root.replaceChildren();
      return;
    }
    const { say, onTab, onClose } = this.#options;
    const tab = (name: Tab, label: string): HTMLElement =>
      element(
        'button',
        {
          type: 'button',
          class: 'tab',
          role: 'tab',
          'aria-selected': String(this.#tab === name),
          'aria-controls': 'detail-body',
          tabindex: this.#tab === name ? 0 : -1,
          onclick: () => onTab(name),
          onkeydown: (event) => {
            const { key } = event as KeyboardEvent;
            if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
            onTab(name === 'edit' ? 'model' : 'edit');
            this.root.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus();
          },
        },
        label,
      );
    const notices = this.#row.notices.map((notice) =>
      element('span', { class: 'notice' }, icon('warning'), noticeText(say, notice, this.#row!)),
    );
    const title = say('row', { row: (this.#row.index + 1).toLocaleString('en-US') });
    this.root.setAttribute('aria-label', title);
    this.root.replaceChildren(
      element(
        'header',
        { class: 'detail-head' },
        element('h2', {}, title),
        element('div', { role: 'tablist', class: 'tabs' }, tab('edit', say('edit')), tab('model', say('asModel'))),
        element('span', { class: 'grow notice-list' }, ...notices),
        element('vscode-toolbar-button', { icon: 'close', label: say('close'), title: say('close'), onclick: onClose }),
      ),
      this.#body,
    );
    this.#drawBody();
  }

  #drawBody(): void {
    this.#body.replaceChildren(...(this.#tab === 'edit' ? this.#editor() : this.#model()));
  }

  #model(): HTMLElement[] {
    const { say } = this.#options;
    if ('words' in this.#tokens) return [element('p', { class: 'quiet' }, this.#tokens.words)];
    const { tokens } = this.#tokens;
    const learned = tokens.filter((token) => token.learned).length;
    return [
      element('p', { class: 'quiet' }, say('tokenCount', { tokens: tokens.length, learned })),
      element('div', { class: 'tokens code' }, ...tokens.flatMap((token) => this.#token(token))),
    ];
  }

  #token({ id, text, learned, control }: Token): (HTMLElement | string)[] {
    if (text === '') return [];
    const { say } = this.#options;
    const shown = text.replace(/\n/g, '⏎').replace(/\t/g, '⇥').replace(/^ | $/g, '·');
    const kind = `token${learned ? ' learned' : ''}${control ? ' control' : ''}`;
    const title = `${JSON.stringify(text)} · ${say('token', { id })}${learned ? ` · ${say('learned')}` : ''}`;
    const span = element('span', { class: kind, title }, shown);
    return text.endsWith('\n') ? [span, element('br')] : [span];
  }

  #editor(): HTMLElement[] {
    const { say } = this.#options;
    const save = element('vscode-button', { onclick: () => this.#save() }, say(this.#saving ? 'saving' : 'save'));
    const revert = element(
      'vscode-button',
      { secondary: true, onclick: () => this.show(this.#row, this.#tab) },
      say('revert'),
    );
    const update = (): void => {
      enable(save, this.changed && !this.#saving && this.#broken.size === 0 && !this.#messages.some(isSilent));
      enable(revert, this.changed && !this.#saving);
    };
    const fields = this.#messages.flatMap((message, at) => this.#fieldsOf(message, at, update));
    if (this.#tools) fields.unshift(this.#toolsField(update));
    const hasSystem = this.#messages[0]?.role === 'system';
    const actions = element(
      'div',
      { class: 'row actions' },
      save,
      revert,
      element('vscode-button', { secondary: true, onclick: () => this.#addTurn() }, say('addTurn')),
      hasSystem
        ? null
        : element('vscode-button', { secondary: true, onclick: () => this.#addSystem() }, say('addSystem')),
      element('span', { class: 'grow' }),
      element('vscode-button', { secondary: true, onclick: () => this.#send(null, false) }, say('remove')),
    );
    update();
    return [element('div', { class: 'fields' }, ...fields), actions];
  }

  #field(message: RowMessage, at: number, update: () => void): HTMLElement {
    const { say } = this.#options;
    const name = say(`column.${message.role}`);
    const problem = element('span', { class: 'problem', id: `problem-${at}`, role: 'alert' });
    const area = element('textarea', {
      id: `message-${at}`,
      rows: 2,
      spellcheck: 'false',
      'aria-describedby': `problem-${at}`,
    });
    area.value = message.content;
    const check = (): void => {
      const empty = isSilent(message);
      problem.textContent = empty ? say('empty') : '';
      area.setAttribute('aria-invalid', String(empty));
      update();
    };
    area.addEventListener('input', () => {
      message.content = area.value;
      check();
    });
    queueMicrotask(check);
    // A turn is taken out whole, with what answers it, so that user and assistant go on taking turns.
    const removable =
      message.role === 'system' ||
      (message.role === 'user' && this.#messages.filter(({ role }) => role === 'user').length > 1);
    return element(
      'div',
      { class: `field ${message.role}` },
      element(
        'div',
        { class: 'row' },
        element('label', { for: `message-${at}`, class: 'grow' }, name),
        removable &&
          element('vscode-toolbar-button', {
            icon: 'trash',
            label: say('removeMessage'),
            title: say('removeMessage'),
            onclick: () => {
              const next = this.#messages.findIndex(({ role }, index) => index > at && role === 'user');
              const end = message.role === 'system' ? at + 1 : next < 0 ? this.#messages.length : next;
              this.#messages.splice(at, end - at);
              this.#broken.clear();
              this.#drawBody();
            },
          }),
      ),
      area,
      problem,
    );
  }

  /** The words of a message, and below them its calls. */
  #fieldsOf(message: RowMessage, at: number, update: () => void): HTMLElement[] {
    const { say } = this.#options;
    const words = message.content !== '' || !message.tool_calls ? [this.#field(message, at, update)] : [];
    if (!message.tool_calls) return words;
    const calls = jsonField({
      id: `calls-${at}`,
      label: say('column.calls'),
      problem: say('callsBroken'),
      value: message.tool_calls.map((call) => call.function),
      schema: Calls,
      onChange: (read) => {
        if (read) message.tool_calls = read.map((call) => ({ type: 'function', function: call }));
        this.#note(`calls-${at}`, read !== null, update);
      },
    });
    return [...words, calls];
  }

  #toolsField(update: () => void): HTMLElement {
    const { say } = this.#options;
    return jsonField({
      id: 'tools',
      label: say('column.tools'),
      problem: say('toolsBroken'),
      value: (this.#tools ?? []).map((tool) => tool.function),
      schema: Functions,
      onChange: (read) => {
        if (read) this.#tools = read.map((tool) => ({ type: 'function', function: tool }));
        this.#note('tools', read !== null, update);
      },
    });
  }

  #note(field: string, isGood: boolean, update: () => void): void {
    if (isGood) this.#broken.delete(field);
    else this.#broken.add(field);
    update();
  }

  #addTurn(): void {
    this.#messages.push({ role: 'user', content: '' }, { role: 'assistant', content: '' });
    this.#drawBody();
    this.#body.querySelector<HTMLElement>(`#message-${this.#messages.length - 2}`)?.focus();
  }

  #addSystem(): void {
    this.#messages.unshift({ role: 'system', content: '' });
    this.#drawBody();
    this.#body.querySelector<HTMLElement>('#message-0')?.focus();
  }

  #save(): void {
    if (this.#saving || !this.changed) return;
    const messages = this.#messages.map((message) => ({ ...message }));
    this.#send(this.#tools ? { messages, tools: this.#tools } : { messages }, false);
  }

  #send(content: RowContent | null, branch: boolean): void {
    this.#sent = content;
    this.#saving = content !== null;
    this.#drawBody();
    this.#options.onEdit(this.#row!.index, content, branch);
  }
}

/** A tool may answer with nothing, and a call needs no words. */
function isSilent({ role, content, tool_calls }: RowMessage): boolean {
  return role !== 'tool' && !tool_calls && content.trim() === '';
}

export function banner({ message, hint }: Failure, ...actions: HTMLElement[]): HTMLElement {
  return element(
    'div',
    { class: 'banner', role: 'alert' },
    icon('error'),
    element(
      'div',
      { class: 'grow' },
      element('p', {}, message),
      hint !== undefined && element('p', { class: 'quiet' }, hint),
    ),
    ...actions,
  );
}
