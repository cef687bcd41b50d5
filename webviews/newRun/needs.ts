import { formatBytes, formatCount, formatDuration } from '../../backend/l10n/format.ts';
import type { Measured } from '../contract/newRun.ts';
import { element, icon } from '../shared/element.ts';
import type { NewRunWords } from './settingField.ts';

export interface Needs {
  readonly element: HTMLElement;
  /** `stale`: the recipe is another one by now. */
  show(state: 'unmeasured' | 'measuring' | 'measured' | 'stale', measured: Measured | null): void;
}

/** Memory, time and disk, as three real steps have shown them. */
export function needsPart({ say, language }: NewRunWords): Needs {
  const title = element('h2', {}, say('new.needs'));
  const note = element('p', { class: 'quiet', 'aria-live': 'polite' });
  const bar = element('div', { class: 'fill' });
  const meter = element('div', { class: 'meter', role: 'meter', 'aria-label': say('new.memory') }, bar);
  const values = { memory: element('span'), time: element('span'), disk: element('span') };
  const large = element('p', { class: 'row wrong', role: 'alert' }, icon('warning'), say('new.tooLarge'));
  const figure = (name: 'memory' | 'time' | 'disk', more?: HTMLElement): HTMLElement =>
    element(
      'div',
      { class: 'figure' },
      element('span', { class: 'small-label' }, say(`new.${name}`)),
      more,
      values[name],
    );
  const figures = element('div', { class: 'figures' }, figure('memory', meter), figure('time'), figure('disk'));
  return {
    element: element('section', { class: 'needs stack' }, title, note, figures, large),
    show(state, measured) {
      note.textContent = {
        unmeasured: () => say('new.unmeasured'),
        measuring: () => say('new.measuring'),
        stale: () => say('new.changed'),
        measured: () => say('new.measured', { device: measured?.device ?? '' }),
      }[state]();
      figures.classList.toggle('stale', state !== 'measured');
      const share = measured ? measured.peak_memory / measured.machine_memory : 0;
      bar.style.width = `${Math.min(100, share * 100)}%`;
      meter.classList.toggle('full', share > 1);
      meter.setAttribute('aria-valuenow', String(Math.round(share * 100)));
      large.hidden = share <= 1;
      values.memory.textContent = measured
        ? say('new.memoryOf', {
            need: formatBytes(measured.peak_memory),
            machine: formatBytes(measured.machine_memory),
          })
        : '–';
      values.disk.textContent = measured ? formatBytes(measured.disk_bytes) : '–';
      const steps = measured ? formatCount(measured.steps) : '';
      const more = measured && say('new.timeMore', { steps, speed: formatCount(measured.tokens_per_second) });
      values.time.replaceChildren(
        measured ? say('new.timeIs', { duration: formatDuration(language, measured.estimated_seconds) }) : '–',
        more ? element('span', { class: 'quiet' }, ` ${more}`) : '',
      );
    },
  };
}
