import { element } from '../shared/element.ts';

export interface RadioGroup<T extends string> {
  readonly element: HTMLElement;
  show(chosen: T): void;
}

interface Options<T extends string> {
  readonly label: string;
  readonly choices: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
}

/** One of a few, all of them seen. */
export function radioGroup<T extends string>({ label, choices, onChoose }: Options<T>): RadioGroup<T> {
  const name = `radio-${choices.map(([value]) => value).join('-')}`;
  const inputs = choices.map(([value]) =>
    element('input', { type: 'radio', name, value, onChange: () => onChoose(value) }),
  );
  const labels = choices.map(([, text], i) => element('label', { class: 'row box' }, inputs[i], text));
  return {
    element: element('div', { class: 'row radio', role: 'radiogroup', 'aria-label': label }, ...labels),
    show(chosen) {
      for (const [i, [value]] of choices.entries()) inputs[i]!.checked = value === chosen;
    },
  };
}
