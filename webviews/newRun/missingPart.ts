import { element } from '../shared/element.ts';
import { button } from '../training/button.ts';
import type { NewRunWords } from './settingField.ts';

export type Missing = 'base' | 'dataset';

/** What stands in the place of the form where there is nothing yet to choose from: what is missing and how to get it. */
export function missingPart(
  { say }: NewRunWords,
  missing: readonly Missing[],
  onImport: (what: Missing | 'tutorial') => void,
): HTMLElement {
  const rows = missing.map((what, index) =>
    element(
      'div',
      { class: 'stack missing' },
      element('p', {}, say(what === 'base' ? 'new.noBases' : 'new.noDatasets')),
      button({
        label: say(what === 'base' ? 'new.importBase' : 'new.importDataset'),
        icon: 'add',
        primary: index === 0,
        onClick: () => onImport(what),
      }),
    ),
  );
  return element(
    'section',
    { class: 'empty' },
    element('p', { class: 'quiet' }, say('new.missing')),
    ...rows,
    element(
      'div',
      { class: 'stack missing' },
      element('p', { class: 'quiet' }, say('new.missingTutorial')),
      button({ label: say('new.importTutorial'), icon: 'mortar-board', onClick: () => onImport('tutorial') }),
    ),
  );
}
