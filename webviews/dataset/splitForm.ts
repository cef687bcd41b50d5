import '@vscode-elements/elements/dist/vscode-button/index.js';
import { formatDuration } from '../../backend/l10n/format.ts';
import type { DatasetToPage } from '../contract/dataset.ts';
import { element } from '../shared/element.ts';
import type { Language, Say } from '../shared/l10n.ts';
import type { datasetTexts } from './texts.ts';

export interface SplitFormOptions {
  readonly say: Say<keyof typeof datasetTexts>;
  readonly language: Language;
  readonly onSplit: (share: number, seed: number) => void;
  readonly onCancel: () => void;
  readonly onOpen: (datasetId: string) => void;
}

type Made = NonNullable<Extract<DatasetToPage, { type: 'split' }>['made']>;

/** How much is held out, how far the split is, and what came of it. */
export class SplitForm {
  readonly root = element('section', { class: 'split', hidden: true });
  readonly #options: SplitFormOptions;
  #isSplitting = false;

  constructor(options: SplitFormOptions) {
    this.#options = options;
    this.root.setAttribute('aria-label', options.say('splitStart'));
    this.root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !this.#isSplitting) this.root.hidden = true;
    });
  }

  /** Opens the form, or shows how far a split is that goes on. */
  open(): void {
    this.root.hidden = false;
    if (this.#isSplitting) return;
    this.#drawForm();
    this.root.querySelector<HTMLInputElement>('#split-share')?.select();
  }

  progress(share: number | null, secondsLeft: number | null): void {
    const { say, language, onCancel } = this.#options;
    const words = [
      say('splitting', { share: share === null ? '' : `${Math.floor(share * 100)} %` }),
      secondsLeft === null ? '' : say('splitLeft', { duration: formatDuration(language, secondsLeft) }),
    ];
    if (this.#isSplitting) {
      this.root.querySelector('[role=status]')!.textContent = words.filter(Boolean).join(' · ');
      this.root.querySelector('progress')!.value = share ?? 0;
      return;
    }
    this.#isSplitting = true;
    this.root.hidden = false;
    this.root.replaceChildren(
      element(
        'div',
        { class: 'row' },
        element('progress', { max: '1', value: String(share ?? 0), 'aria-label': say('splitStart') }),
        element('span', { role: 'status' }, words.filter(Boolean).join(' · ')),
        element('span', { class: 'grow' }),
        element('vscode-button', { secondary: true, onclick: onCancel }, say('cancel')),
      ),
    );
  }

  done(made: Made | null): void {
    const { say, onOpen } = this.#options;
    this.#isSplitting = false;
    this.root.hidden = false;
    const count = (value: number): string => value.toLocaleString('en-US');
    if (!made) {
      this.root.replaceChildren(element('p', { role: 'status' }, say('splitCancelled')));
      return;
    }
    const { train, heldOut, near } = made;
    this.root.replaceChildren(
      element(
        'div',
        { class: 'row' },
        element(
          'p',
          { role: 'status' },
          say('splitDone', { trainRows: count(train.rows), heldRows: count(heldOut.rows) }),
        ),
        near > 0 && element('p', { class: 'quiet' }, say('splitNear', { count: count(near) })),
        element('span', { class: 'grow' }),
        ...[train, heldOut].map(({ id, name }) =>
          element('vscode-button', { secondary: true, onclick: () => onOpen(id) }, say('open', { name })),
        ),
      ),
    );
  }

  failed(): void {
    this.#isSplitting = false;
    this.#drawForm();
  }

  #drawForm(): void {
    const { say, onSplit } = this.#options;
    const share = element('input', { id: 'split-share', inputmode: 'decimal', size: 4 });
    const seed = element('input', { id: 'split-seed', inputmode: 'numeric', size: 6, title: say('splitSeedHint') });
    share.value = '10';
    seed.value = '0';
    const problem = element('span', { class: 'problem', role: 'alert' });
    const start = (): void => {
      const [part, number] = [Number(share.value) / 100, Number(seed.value)];
      const fits = part > 0 && part < 1 && Number.isSafeInteger(number) && number >= 0 && seed.value.trim() !== '';
      problem.textContent = fits ? '' : say('splitWrong');
      if (fits) onSplit(part, number);
    };
    for (const field of [share, seed]) {
      field.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') start();
      });
    }
    this.root.replaceChildren(
      element(
        'div',
        { class: 'row' },
        element('label', { for: 'split-share' }, say('splitShare')),
        share,
        element('span', {}, say('splitPercent')),
        element('label', { for: 'split-seed', title: say('splitSeedHint') }, say('splitSeed')),
        seed,
        element('vscode-button', { onclick: start }, say('splitStart')),
        element('vscode-button', { secondary: true, onclick: () => (this.root.hidden = true) }, say('cancel')),
        problem,
      ),
      element('p', { class: 'quiet' }, say('splitHint')),
    );
  }
}
