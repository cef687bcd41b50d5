import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import {
  type AskedModel,
  ChatPageState,
  type ChatSettings,
  type ChatToHost,
  ChatToPage,
  type Conversation,
} from '../contract/chat.ts';
import { element, icon } from '../shared/element.ts';
import { enable } from '../shared/enable.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { ConversationList } from './conversationList.ts';
import { settingsForm } from './settingsForm.ts';
import { chatTexts } from './texts.ts';
import { TurnView } from './turnView.ts';

const page = openPage<ChatToPage, ChatPageState, ChatToHost>(ChatToPage, ChatPageState);
const say = speaker(page.language, chatTexts);
/** How near to the end a person must be for the page to go on with the answer, px. */
const nearEnd = 60;

let models: readonly AskedModel[] = [];
let conversation: Conversation | null = null;
let answering = false;
let last: TurnView | null = null;

const model = element('vscode-single-select', { label: say('model'), class: 'model' });
const compare = element('vscode-checkbox', { label: say('compare'), title: say('compareHint') });
const use = element('span', { class: 'quiet use', role: 'status' });
const conversations = new ConversationList({
  say,
  language: page.language,
  onSearch: (text) => page.send({ type: 'search', text }),
  onSelect: (conversationId) => {
    conversations.toggle(false);
    page.send({ type: 'select', conversationId });
  },
  onRename: (conversationId) => page.send({ type: 'rename', conversationId }),
  onExport: (conversationId) => page.send({ type: 'export', conversationId }),
  onDelete: (conversationId) => page.send({ type: 'delete', conversationId }),
});
const settings = element('details', { class: 'settings-box' }, element('summary', {}, say('settings')));
const failures = element('div', { class: 'failures' });
const log = element('main', { class: 'log' }, element('p', { class: 'quiet empty' }, say('loading')));
const input = element('textarea', {
  class: 'input',
  rows: 2,
  'aria-label': say('message'),
  placeholder: say('placeholder'),
});
/** An answer is said when it is whole: read while it grows it would be read again and again. */
const said = element('p', { class: 'for-screen-readers', role: 'status' });
const send = element('vscode-button', { icon: 'send', onclick: submit }, say('send'));
const stop = element(
  'vscode-button',
  { icon: 'debug-stop', secondary: true, onclick: () => page.send({ type: 'stop' }) },
  say('stop'),
);

input.value = page.state.draft ?? '';
input.addEventListener('input', keep);
input.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
});
model.addEventListener('change', () => changeSettings({ model: fieldValue(model) }));
compare.addEventListener('change', () => {
  changeSettings({ compare: (compare as HTMLElement & { checked: boolean }).checked });
});

document.body.append(
  element(
    'header',
    { class: 'page-head' },
    element('h1', { class: 'for-screen-readers' }, say('title')),
    element('label', { class: 'row' }, say('model'), model),
    compare,
    use,
    element(
      'div',
      { class: 'page-tools' },
      tool('history', say('conversations'), () => conversations.toggle()),
      tool('add', say('new'), () => page.send({ type: 'new' })),
    ),
  ),
  conversations.root,
  settings,
  failures,
  log,
  element('footer', { class: 'foot' }, said, input, send, stop),
);
drawFoot();

page.onMessage((message) => {
  switch (message.type) {
    case 'models':
      models = message.models;
      return;
    case 'conversations':
      return conversations.put(message.conversations, conversation?.id ?? null);
    case 'conversation':
      failures.replaceChildren();
      return show(message.conversation, message.answering);
    case 'piece':
      if (message.conversationId === conversation?.id) keepingEnd(() => last?.add(message.side, message.text));
      return;
    case 'failure':
      failures.replaceChildren(
        element(
          'div',
          { class: 'banner', role: 'alert' },
          icon('error'),
          element(
            'div',
            { class: 'grow' },
            element('p', {}, message.failure.message),
            element('p', { class: 'quiet' }, message.failure.hint ?? ''),
          ),
          element('vscode-button', { onclick: ready }, say('retry')),
        ),
      );
      if (!conversation) log.replaceChildren();
      return;
  }
});
ready();

function ready(): void {
  failures.replaceChildren();
  const { conversationId, model: first } = page.state;
  page.send({
    type: 'ready',
    conversationId: conversation?.id ?? conversationId,
    ...(first === undefined ? {} : { model: first }),
  });
}

function show(shown: Conversation, busy: boolean): void {
  const another = shown.id !== conversation?.id;
  const settingsChanged = JSON.stringify(shown.settings) !== JSON.stringify(conversation?.settings);
  const turnsChanged =
    another || busy !== answering || JSON.stringify(shown.turns) !== JSON.stringify(conversation?.turns);
  if (busy && !answering) said.textContent = say('answering');
  if (!busy && answering && !another) said.textContent = lastAnswers(shown);
  conversation = shown;
  answering = busy;
  if (another || settingsChanged) drawSettings(another);
  if (turnsChanged) drawTurns();
  drawFoot();
  if (another) log.scrollTop = log.scrollHeight;
  keep();
}

function lastAnswers({ turns }: Conversation): string {
  const turn = turns.at(-1);
  return [turn?.first, turn?.second]
    .flatMap((answer) => (answer ? [`${answer.model}: ${answer.failure?.message ?? answer.text}`] : []))
    .join('\n');
}

function drawTurns(): void {
  if (!conversation) return;
  const { id, turns, settings: chosen } = conversation;
  const views = turns.map(
    (turn, at) =>
      new TurnView(turn, answering && at === turns.length - 1, {
        say,
        language: page.language,
        onVote: (better) => page.send({ type: 'vote', conversationId: id, turn: at, better }),
        onResend: (text) => page.send({ type: 'send', conversationId: id, text, from: at }),
        onCopy: (text) => page.send({ type: 'copy', text }),
      }),
  );
  last = views.at(-1) ?? null;
  const nothing =
    models.length === 0
      ? element(
          'div',
          { class: 'empty' },
          element('p', {}, say('noModels')),
          element('p', { class: 'quiet' }, say('noModelsHint')),
        )
      : element(
          'p',
          { class: 'quiet empty' },
          chosen.compare ? say('empty') : say('emptyOne', { model: chosen.model ?? '' }),
        );
  keepingEnd(() => log.replaceChildren(...(views.length === 0 ? [nothing] : views.map(({ root }) => root))));
}

function drawSettings(form: boolean): void {
  if (!conversation) return;
  const { settings: chosen } = conversation;
  model.replaceChildren(
    ...models.map(({ name, base }) =>
      element(
        'vscode-option',
        { value: name, selected: name === chosen.model },
        base === null ? name : say('onBase', { name, base }),
      ),
    ),
  );
  const tuned = models.find(({ name }) => name === chosen.model)?.base != null;
  enable(compare, tuned);
  compare.toggleAttribute('checked', tuned && chosen.compare);
  // The form is drawn anew only for another conversation: a field that is being typed in stays as it is.
  if (form) settings.replaceChildren(settings.firstElementChild!, settingsForm(say, chosen, changeSettings));
}

function drawFoot(): void {
  const ready = conversation !== null && conversation.settings.model !== null;
  send.hidden = answering;
  stop.hidden = !answering;
  enable(send, ready);
  enable(input, ready);
  const chosen = models.find(({ name }) => name === conversation?.settings.model);
  const turn = conversation?.turns.at(-1);
  const used = Math.max(turn?.first.facts?.context ?? 0, turn?.second?.facts?.context ?? 0);
  use.textContent = chosen && used > 0 ? say('context', { used: thousands(used), all: thousands(chosen.context) }) : '';
}

function changeSettings(changed: Partial<ChatSettings>): void {
  if (!conversation) return;
  page.send({ type: 'settings', conversationId: conversation.id, settings: { ...conversation.settings, ...changed } });
}

function submit(): void {
  const text = input.value;
  if (!conversation || answering || conversation.settings.model === null || text.trim() === '') return;
  page.send({ type: 'send', conversationId: conversation.id, text });
  input.value = '';
  log.scrollTop = log.scrollHeight;
  keep();
}

/** Where the end is in sight it stays in sight; a person who reads further up is left in peace. */
function keepingEnd(change: () => void): void {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEnd;
  change();
  if (atEnd) requestAnimationFrame(() => requestAnimationFrame(() => (log.scrollTop = log.scrollHeight)));
}

function keep(): void {
  const asked = conversation !== null && conversation.turns.length > 0;
  page.keep({
    ...page.state,
    conversationId: asked ? conversation!.id : page.state.conversationId,
    draft: input.value,
  });
}

function thousands(tokens: number): string {
  return tokens < 1000 ? String(tokens) : `${(tokens / 1000).toFixed(1)} k`;
}

function tool(name: string, label: string, onclick: () => void): HTMLElement {
  return element('vscode-toolbar-button', { icon: name, label, title: label, onclick });
}

function fieldValue(field: HTMLElement): string {
  return (field as HTMLElement & { value: string }).value;
}
