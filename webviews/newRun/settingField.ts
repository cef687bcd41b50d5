import { formatNumber } from '../../backend/l10n/format.ts';
import type { RecipeChange, Recommended } from '../contract/newRun.ts';
import type { Problem } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import type { Language, Say } from '../shared/l10n.ts';
import { button } from '../training/button.ts';
import type { newRunTexts } from '../training/newRunTexts.ts';
import type { Setting } from './settings.ts';

export interface NewRunWords {
  readonly language: Language;
  readonly say: Say<keyof typeof newRunTexts>;
}

type Value = RecipeChange['value'];

export interface SettingField {
  readonly setting: Setting;
  readonly element: HTMLElement;
  /** Undefined: the recipe does not have it. */
  show(value: Value | undefined, recommended: Recommended | undefined, problem: Problem | undefined): void;
}

/**
 * One setting: its name, its value, and beside it why it is so. What is typed is sent as it is where it is no number,
 * so that the recipe's own check says what is wrong with it.
 */
export function settingField({ say }: NewRunWords, setting: Setting, onChange: (value: Value) => void): SettingField {
  const { path } = setting;
  const id = `setting-${path}`;
  const why = element('p', { class: 'why' }, say(`why.${path}`));
  const reasonText = element('p', { class: 'for-screen-readers', id: `${id}-why` });
  const wrong = element('p', { class: 'wrong', id: `${id}-wrong` });
  const reset = element('span');
  const control = makeControl(say, setting, id, onChange);
  control.input.setAttribute('aria-describedby', `${id}-wrong ${id}-why`);
  const name = say(`setting.${path}`);
  return {
    setting,
    element: element(
      'div',
      { class: 'field' },
      element('label', { for: id, title: say(`why.${path}`) }, name),
      element('div', { class: 'row value' }, control.element, reset),
      wrong,
      why,
      reasonText,
    ),
    show(value, recommended, problem) {
      if (document.activeElement !== control.input) control.set(value);
      wrong.textContent = problem?.message ?? '';
      wrong.hidden = problem === undefined;
      control.input.setAttribute('aria-invalid', String(problem !== undefined));
      const differs = recommended !== undefined && JSON.stringify(recommended.value) !== JSON.stringify(value);
      const shown = recommended && valueText(say, recommended.value);
      const reason = recommended ? say('new.recommendedIs', { value: shown!, reason: recommended.reason }) : '';
      reasonText.textContent = `${say(`why.${path}`)} ${reason}`;
      control.input.title = reasonText.textContent;
      reset.replaceChildren(
        ...(differs
          ? [
              button({
                label: say('new.reset', { value: shown! }),
                icon: 'discard',
                bare: true,
                onClick: () => onChange(recommended.value),
              }),
            ]
          : recommended
            ? [element('span', { class: 'as-recommended', title: reason }, icon('pass'))]
            : []),
      );
    },
  };
}

function valueText(say: NewRunWords['say'], value: Exclude<Value, null>): string {
  if (typeof value === 'boolean') return say(value ? 'new.on' : 'new.off');
  return typeof value === 'number' ? formatSetting(value) : String(value);
}

/** As a person writes it: 0.0002 is 2e-4. */
function formatSetting(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? formatNumber(value).replace('.0e', 'e') : String(value);
}

interface Control {
  readonly element: HTMLElement;
  readonly input: HTMLElement;
  set(value: Value | undefined): void;
}

function makeControl(say: NewRunWords['say'], setting: Setting, id: string, onChange: (value: Value) => void): Control {
  const { kind, choices = [] } = setting;
  if (kind === 'switch') {
    const input = element('input', { type: 'checkbox', id, onChange: () => onChange(input.checked) });
    const text = element('span', {});
    const set = (value: Value | undefined): void => {
      input.checked = value === true;
      text.textContent = say(value === true ? 'new.on' : 'new.off');
    };
    return { element: element('span', { class: 'row' }, input, text), input, set };
  }
  if (kind === 'choice') {
    const options = choices.map((choice) => element('option', { value: choice }, choice));
    const input = element('select', { id, class: 'control', onChange: () => onChange(input.value) }, ...options);
    const set = (value: Value | undefined): void => {
      input.value = String(value ?? '');
    };
    return { element: input, input, set };
  }
  if (kind === 'list') {
    const boxes = choices.map((choice) => element('input', { type: 'checkbox', value: choice, onChange: changed }));
    function changed(): void {
      onChange(boxes.filter(({ checked }) => checked).map(({ value }) => value));
    }
    const labels = boxes.map((box) => element('label', { class: 'row box' }, box, box.value));
    const input = element('fieldset', { id, class: 'row list' }, ...labels);
    const set = (value: Value | undefined): void => {
      for (const box of boxes) box.checked = Array.isArray(value) && value.includes(box.value);
    };
    return { element: input, input, set };
  }
  const input = element('input', {
    type: 'text',
    id,
    class: 'control',
    spellcheck: 'false',
    autocomplete: 'off',
    inputmode: kind === 'number' && !setting.auto ? 'decimal' : 'text',
    onChange: () => onChange(read(setting, input.value)),
  });
  const set = (value: Value | undefined): void => {
    input.value = typeof value === 'number' ? formatSetting(value) : String(value ?? '');
  };
  return { element: input, input, set };
}

function read({ kind, auto }: Setting, text: string): Value {
  const trimmed = text.trim();
  // Empty: the default holds.
  if (trimmed === '') return null;
  if (kind === 'text' || (auto && trimmed === 'auto')) return trimmed;
  const value = Number(trimmed.replaceAll(',', ''));
  return Number.isFinite(value) ? value : trimmed;
}
