import '@vscode-elements/elements/dist/vscode-button/index.js';
import { element, icon } from '../shared/element.ts';

export interface ButtonOptions {
  readonly label: string;
  /** Of the codicons. */
  readonly icon?: string;
  readonly tip?: string;
  /** The one button of the view that goes on. */
  readonly primary?: boolean;
  /** The icon alone is seen; the label is its name. */
  readonly bare?: boolean;
  readonly onClick: () => void;
}

export function button({ label, icon: name, tip, primary, bare, onClick }: ButtonOptions): HTMLElement {
  if (bare) {
    const made = element(
      'button',
      { class: 'bare', type: 'button', title: tip ?? label, 'aria-label': label, onClick },
      icon(name ?? 'circle'),
    );
    return made;
  }
  return element(
    'vscode-button',
    { secondary: !primary, title: tip, onClick },
    name !== undefined && icon(name),
    element('span', {}, label),
  );
}
