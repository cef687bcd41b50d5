import '@vscode-elements/elements/dist/vscode-button/index.js';
import type { DatasetInfo } from '../contract/dataset.ts';
import { element, icon } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import type { datasetTexts } from './texts.ts';

export interface PageHeadActions {
  readonly check: () => void;
  readonly split: () => void;
  readonly export: () => void;
  readonly train: () => void;
  readonly open: (datasetId: string) => void;
}

const number = (value: number): string => value.toLocaleString('en-US');

/** Name, version and what can be done with it. `problems`: all that are known so far. */
export function pageHead(
  say: Say<keyof typeof datasetTexts>,
  shown: DatasetInfo,
  problems: number,
  actions: PageHeadActions,
): HTMLElement[] {
  const subtitle = say('subtitle', { version: shown.version, rows: number(shown.rows), source: shown.source });
  const skipped = shown.skipped > 0 && ` · ${say('skipped', { count: number(shown.skipped) })}`;
  const { newer } = shown;
  const count = problems > 0 ? say('problemCount', { count: number(problems) }) : '';
  return [
    element(
      'div',
      { class: 'grow title' },
      element('h1', { class: 'cut', title: shown.name, dir: 'auto' }, shown.name),
      element('p', { class: 'quiet cut' }, subtitle, skipped),
    ),
    element(
      'div',
      { class: 'row head-actions' },
      newer && element('span', { class: 'row' }, icon('info'), say('newer', { version: newer.version })),
      newer &&
        element(
          'vscode-button',
          { secondary: true, onclick: () => actions.open(newer.id) },
          say('openNewer', { version: newer.version }),
        ),
      element(
        'vscode-button',
        {
          class: 'check',
          secondary: true,
          icon: problems > 0 ? 'warning' : 'check',
          title: [count, say('checkHint')].filter(Boolean).join('\n'),
          onclick: actions.check,
        },
        problems > 0 ? `${say('check')} ${number(problems)}` : say('check'),
      ),
      element('vscode-button', { secondary: true, onclick: actions.split }, say('split')),
      element('vscode-button', { secondary: true, onclick: actions.export }, say('export')),
      element('vscode-button', { icon: 'flame', onclick: actions.train }, say('train')),
    ),
  ];
}
