import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';
import type { ChatAnswer, ChatTurn, Side, Vote } from '../contract/chat.ts';
import { element, icon } from '../shared/element.ts';
import type { Language, Say } from '../shared/l10n.ts';
import { markDifferences } from './markDifferences.ts';
import { renderMarkdown } from './renderMarkdown.ts';
import type { chatTexts } from './texts.ts';

export interface TurnViewOptions {
  readonly say: Say<keyof typeof chatTexts>;
  readonly language: Language;
  readonly onVote: (better: Vote) => void;
  readonly onResend: (text: string) => void;
  readonly onCopy: (text: string) => void;
}

/** A question and its one or two answers. */
export class TurnView {
  readonly root = element('article', { class: 'turn' });
  readonly #options: TurnViewOptions;
  readonly #bodies: Partial<Record<Side, HTMLElement>> = {};
  readonly #texts: Record<Side, string>;
  #due: Set<Side> | null = null;

  constructor(turn: ChatTurn, answering: boolean, options: TurnViewOptions) {
    this.#options = options;
    this.#texts = { first: turn.first.text, second: turn.second?.text ?? '' };
    const { second } = turn;
    const answers = element(
      'div',
      { class: second ? 'answers both' : 'answers' },
      this.#answer(turn, 'first', turn.first, second ? 'base' : null, answering),
      second && this.#answer(turn, 'second', second, 'tuned', answering),
    );
    this.root.append(this.#question(turn.question, answering), answers);
    if (!second || answering || turn.first.failure || second.failure) return;
    const { first: left, second: right } = this.#bodies;
    if (left && right && turn.first.text !== '' && second.text !== '') {
      markDifferences(left, right, options.language);
      this.root.append(this.#votes(turn));
    }
  }

  /** More of an answer; drawn with the next picture of the screen, however fast it comes. */
  add(side: Side, text: string): void {
    this.#texts[side] += text;
    if (this.#due) return void this.#due.add(side);
    const due = new Set([side]);
    this.#due = due;
    requestAnimationFrame(() => {
      this.#due = null;
      for (const changed of due) this.#draw(changed);
    });
  }

  #draw(side: Side): void {
    const body = this.#bodies[side];
    if (!body) return;
    body.innerHTML = renderMarkdown(this.#texts[side]);
    for (const code of body.querySelectorAll('pre')) code.append(this.#copyCode(code));
  }

  #copyCode(code: HTMLElement): HTMLElement {
    const { say, onCopy } = this.#options;
    const text = code.textContent ?? '';
    const button = toolButton('copy', say('copyCode'), () => onCopy(text));
    button.classList.add('copy-code');
    return button;
  }

  #question(text: string, answering: boolean): HTMLElement {
    const { say, onCopy } = this.#options;
    const shown = element('div', { class: 'question-text' }, text);
    const root = element(
      'div',
      { class: 'question' },
      element(
        'div',
        { class: 'row' },
        element('h2', { class: 'grow' }, say('you')),
        toolButton('copy', say('copy'), () => onCopy(text)),
        !answering && toolButton('edit', say('edit'), () => this.#edit(root, text)),
      ),
      shown,
    );
    return root;
  }

  #edit(root: HTMLElement, text: string): void {
    const { say, onResend } = this.#options;
    const before = [...root.childNodes];
    const area = element('textarea', { 'aria-label': say('message'), rows: 2 });
    area.value = text;
    const cancel = (): void => root.replaceChildren(...before);
    const send = (): void => {
      if (area.value.trim() !== '') onResend(area.value);
    };
    area.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') cancel();
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      send();
    });
    root.replaceChildren(
      area,
      element(
        'div',
        { class: 'row' },
        element('vscode-button', { onclick: send }, say('resend')),
        element('vscode-button', { secondary: true, onclick: cancel }, say('cancel')),
        element('span', { class: 'quiet' }, say('resendHint')),
      ),
    );
    area.focus();
  }

  #answer(
    { question }: ChatTurn,
    side: Side,
    answer: ChatAnswer,
    kind: 'base' | 'tuned' | null,
    answering: boolean,
  ): HTMLElement {
    const { say, onCopy, onResend } = this.#options;
    const body = element('div', { class: 'answer-text', 'aria-busy': String(answering) });
    this.#bodies[side] = body;
    this.#draw(side);
    const name = kind ? say(kind, { name: answer.model }) : answer.model;
    const done = !answering && answer.failure === null;
    return element(
      'div',
      { class: `answer ${kind ?? 'alone'}`, role: 'group', 'aria-label': name },
      element(
        'div',
        { class: 'row' },
        kind && element('span', { class: `mark-${kind}`, 'aria-hidden': 'true' }),
        element('h2', { class: 'grow cut', title: name }, name),
        done && answer.text !== '' && toolButton('copy', say('copy'), () => onCopy(this.#texts[side])),
      ),
      body,
      answering && answer.text === '' && element('p', { class: 'quiet waiting' }, say('answering')),
      done && answer.text === '' && element('p', { class: 'quiet' }, say('silent')),
      answer.failure &&
        element(
          'div',
          { class: 'banner', role: 'alert' },
          icon('error'),
          element(
            'div',
            { class: 'grow' },
            element('p', {}, answer.failure.message),
            element('p', { class: 'quiet' }, answer.failure.hint ?? ''),
          ),
          element('vscode-button', { onclick: () => onResend(question) }, say('tryAgain')),
        ),
      element('p', { class: 'quiet facts' }, this.#facts(answer)),
    );
  }

  #facts({ facts }: ChatAnswer): string {
    if (!facts) return '';
    const { say } = this.#options;
    const { tokens, seconds, ended } = facts;
    // A speed from a single token would be a speed of nothing.
    const speed = tokens > 1 && seconds > 0 ? formatSpeed((tokens - 1) / seconds) : null;
    return [
      say('length', { tokens: tokens.toLocaleString('en-US') }),
      speed === null ? null : say('speed', { speed }),
      ended === 'stop' ? null : say(`ended.${ended}`),
    ]
      .filter((part) => part !== null)
      .join(' · ');
  }

  #votes({ vote }: ChatTurn): HTMLElement {
    const { say, onVote } = this.#options;
    const button = (better: Vote, label: string): HTMLElement =>
      element(
        'button',
        {
          type: 'button',
          class: `vote ${better}`,
          'aria-pressed': String(vote?.better === better),
          onclick: () => onVote(better),
        },
        better !== 'same' &&
          element('span', { class: better === 'first' ? 'mark-base' : 'mark-tuned', 'aria-hidden': 'true' }),
        label,
        vote?.better === better && icon('check'),
      );
    return element(
      'div',
      { class: 'votes', role: 'group', 'aria-label': say('vote'), title: say('different') },
      button('first', say('voteFirst')),
      button('same', say('voteSame')),
      button('second', say('voteSecond')),
      element('span', { class: 'quiet', role: 'status' }, vote ? say('voteKept') : ''),
    );
  }
}

export function formatSpeed(tokensPerSecond: number): string {
  return tokensPerSecond >= 10 ? Math.round(tokensPerSecond).toLocaleString('en-US') : tokensPerSecond.toFixed(1);
}

function toolButton(name: string, label: string, onclick: () => void): HTMLElement {
  return element('vscode-toolbar-button', { icon: name, label, title: label, onclick });
}
