import { formatBytes, formatCount } from '../../backend/l10n/format.ts';
import type { BaseChoice, DatasetChoice, Measured } from '../contract/newRun.ts';
import { element, icon } from '../shared/element.ts';
import { button } from '../training/button.ts';
import { formatParameters } from '../training/format.ts';
import type { NewRunWords } from './settingField.ts';

export interface Choice {
  readonly element: HTMLElement;
  /** `chosen`: as the recipe says it. */
  show(chosen: string): void;
}

interface Options<T> {
  readonly words: NewRunWords;
  readonly what: 'base' | 'dataset';
  readonly all: readonly T[];
  readonly facts: (choice: T) => string;
  readonly onChoose: (name: string) => void;
  readonly onImport: () => void;
}

/** A base or a data set, from those that are there; where there is none, how to get one. */
export function choicePart<T extends { readonly name: string; readonly refusal?: string | null }>(
  options: Options<T>,
): Choice {
  const { words, what, all, facts, onChoose, onImport } = options;
  const { say } = words;
  const id = `choose-${what}`;
  const note = element('p', { class: 'quiet', id: `${id}-facts` });
  const select = element('select', {
    id,
    class: 'control',
    'aria-describedby': `${id}-facts`,
    onChange: () => onChoose(select.value),
  });
  const importLabel = say(what === 'base' ? 'new.importBase' : 'new.importDataset');
  const importing = button({ label: importLabel, icon: 'add', onClick: onImport, primary: all.length === 0 });
  select.hidden = all.length === 0;
  return {
    element: element(
      'div',
      { class: 'field wide' },
      element('label', { for: id }, say(`new.${what}`)),
      element('div', { class: 'row value' }, select, importing),
      note,
    ),
    show(asked) {
      // A version that was asked for by number is the data set of that name.
      const found = all.find(({ name }) => name === asked) ?? all.find(({ name }) => asked.startsWith(`${name}@`));
      const options = all.map(({ name }) => element('option', { value: name }, name));
      if (!found || found.name !== asked) {
        const label = asked === '' ? say('new.choose') : found ? asked : say('new.unknown', { name: asked });
        options.unshift(element('option', { value: asked }, label));
      }
      select.replaceChildren(...options);
      select.value = asked;
      if (found)
        note.replaceChildren(...(found.refusal ? [icon('warning', 'bad'), ` ${found.refusal}`] : [facts(found)]));
      else note.textContent = all.length === 0 ? say(what === 'base' ? 'new.noBases' : 'new.noDatasets') : '';
    },
  };
}

export function baseFacts({ say, language }: NewRunWords, base: BaseChoice): string {
  const facts = say('new.baseFacts', {
    parameters: formatParameters(language, base.parameters),
    type: base.file_type,
    bytes: formatBytes(base.bytes),
    context: formatCount(base.context_length),
  });
  return base.licence === undefined ? facts : `${facts} · ${say('new.licence', { licence: base.licence })}`;
}

export function datasetFacts(
  { say }: NewRunWords,
  { version, rows }: DatasetChoice,
  measured: Measured | null,
): string {
  if (!measured) return say('new.datasetFacts', { version, rows: formatCount(rows) });
  const { train_rows: train, held_out_rows: heldOut } = measured;
  return say('new.rows', { train: formatCount(train), heldOut: formatCount(heldOut) });
}
