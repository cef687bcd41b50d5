import type { ChatSettings, SamplingSettings } from '../contract/chat.ts';
import { element } from '../shared/element.ts';
import type { Say } from '../shared/l10n.ts';
import type { chatTexts } from './texts.ts';

/** System prompt and sampling. A value out of its range is not taken, and the field says so. */
export function settingsForm(
  say: Say<keyof typeof chatTexts>,
  settings: ChatSettings,
  onChange: (changed: Pick<ChatSettings, 'system' | 'sampling'>) => void,
): HTMLElement {
  let { system, sampling } = settings;
  const area = element('textarea', { id: 'system', rows: 2, title: say('systemHint') });
  area.value = system;
  area.addEventListener('change', () => {
    system = area.value;
    onChange({ system, sampling });
  });

  const field = (
    key: keyof SamplingSettings,
    label: string,
    { fits, empty, hint }: { fits: (value: number) => boolean; empty?: string; hint?: string },
  ): HTMLElement => {
    const input = element('input', { id: key, inputmode: 'decimal', placeholder: empty, title: hint, size: 8 });
    input.value = sampling[key] === null ? '' : String(sampling[key]);
    input.addEventListener('input', () => {
      const text = input.value.trim();
      const value = text === '' ? null : Number(text);
      const good = value === null ? empty !== undefined : Number.isFinite(value) && fits(value);
      input.setAttribute('aria-invalid', String(!good));
      if (!good) return;
      sampling = { ...sampling, [key]: value };
      onChange({ system, sampling });
    });
    return element('label', { class: 'setting', for: key }, element('span', {}, label), input);
  };

  return element(
    'div',
    { class: 'settings' },
    element('label', { class: 'setting wide', for: 'system' }, element('span', {}, say('system')), area),
    field('temperature', say('temperature'), {
      fits: (value) => value >= 0 && value <= 2,
      hint: say('temperatureHint'),
    }),
    field('top_p', say('topP'), { fits: (value) => value > 0 && value <= 1 }),
    field('max_tokens', say('maxTokens'), {
      fits: (value) => Number.isInteger(value) && value >= 1 && value <= 1_000_000,
      empty: say('noLimit'),
    }),
    field('seed', say('seed'), { fits: (value) => Number.isSafeInteger(value), empty: say('chance') }),
  );
}
