import { formatBytes, formatCount, formatDuration, formatTime } from '../../backend/l10n/format.ts';
import type { Measured } from '../contract/newRun.ts';
import { element, icon } from '../shared/element.ts';
import type { NewRunWords } from './settingField.ts';

/** The run that has the device. */
export interface Waiting {
  readonly run: string | null;
  readonly seconds_left: number | null;
}

type State = 'unmeasured' | 'measuring' | 'waiting' | 'measured' | 'stale';

export interface Needs {
  readonly element: HTMLElement;
  /** `stale`: the recipe is another one by now. */
  show(state: State, measured: Measured | null, waiting: Waiting | null): void;
}

/** It does not fit into memory, or onto the disk. */
export function isTooMuch({ peak_memory, machine_memory, disk_bytes, disk_free }: Measured): boolean {
  return peak_memory > machine_memory || disk_bytes > disk_free;
}

/** Memory, time and disk, as three real steps have shown them. */
export function needsPart({ say, language }: NewRunWords): Needs {
  const title = element('h2', {}, say('new.needs'));
  const note = element('p', { class: 'quiet', 'aria-live': 'polite' });
  const meters = { memory: meterPart(say('new.memory')), disk: meterPart(say('new.disk')) };
  const values = { memory: element('span'), time: element('span'), disk: element('span') };
  const parts = element('span', { class: 'small-label' });
  const warning = (key: 'new.tooLarge' | 'new.diskFull'): HTMLElement =>
    element('p', { class: 'row wrong', role: 'alert', hidden: true }, icon('warning'), say(key));
  const large = warning('new.tooLarge');
  const full = warning('new.diskFull');
  const figure = (name: 'memory' | 'time' | 'disk', ...more: HTMLElement[]): HTMLElement =>
    element(
      'div',
      { class: 'figure' },
      element('span', { class: 'small-label' }, say(`new.${name}`)),
      ...more,
      values[name],
      ...(name === 'time' ? [parts] : []),
    );
  const figures = element(
    'div',
    { class: 'figures' },
    figure('memory', meters.memory.element),
    figure('time'),
    figure('disk', meters.disk.element),
  );
  const duration = (seconds: number): string => formatDuration(language, seconds);

  function noteOf(state: State, measured: Measured | null, waiting: Waiting | null): string {
    switch (state) {
      case 'unmeasured':
        return say('new.unmeasured');
      case 'measuring':
        return say('new.measuring');
      case 'stale':
        return say('new.changed');
      case 'waiting': {
        const left = waiting?.seconds_left;
        const who = waiting?.run ? say('new.waitingFor', { run: waiting.run }) : say('new.waiting');
        return left ? `${who} ${say('new.waitingLeft', { duration: duration(left) })}` : who;
      }
      case 'measured':
        return measured?.earlier
          ? say('new.measuredEarlier', { device: measured.device, at: formatTime(measured.measured_at) })
          : say('new.measured', { device: measured?.device ?? '' });
    }
  }

  return {
    element: element('section', { class: 'needs stack' }, title, note, figures, large, full),
    show(state, measured, waiting) {
      note.textContent = noteOf(state, measured, waiting);
      figures.classList.toggle('stale', state !== 'measured');
      const memory = measured ? measured.peak_memory / measured.machine_memory : 0;
      const disk = measured ? measured.disk_bytes / Math.max(1, measured.disk_free) : 0;
      meters.memory.show(memory);
      meters.disk.show(disk);
      large.hidden = memory <= 1;
      full.hidden = disk <= 1;
      if (!measured) {
        for (const value of Object.values(values)) value.textContent = '–';
        // The line is there from the beginning, so that nothing jumps when it is filled.
        parts.textContent = '\u00a0';
        return;
      }
      values.memory.textContent = say('new.memoryOf', {
        need: formatBytes(measured.peak_memory),
        machine: formatBytes(measured.machine_memory),
      });
      values.disk.textContent = say('new.diskOf', {
        need: formatBytes(measured.disk_bytes),
        free: formatBytes(measured.disk_free),
      });
      const more = say('new.timeMore', {
        steps: formatCount(measured.steps),
        speed: formatCount(measured.tokens_per_second),
      });
      values.time.replaceChildren(
        say('new.timeIs', { duration: duration(measured.estimated_seconds) }),
        element('span', { class: 'quiet' }, ` ${more}`),
      );
      parts.textContent = say('new.timeParts', {
        training: duration(measured.steps * measured.seconds_per_step),
        evaluation: duration(measured.evaluation_seconds),
        answers: duration(measured.answering_seconds),
      });
    },
  };
}

function meterPart(label: string): { readonly element: HTMLElement; show(share: number): void } {
  const bar = element('div', { class: 'fill' });
  const meter = element('div', { class: 'meter', role: 'meter', 'aria-label': label }, bar);
  return {
    element: meter,
    show(share) {
      bar.style.width = `${Math.min(100, share * 100)}%`;
      meter.classList.toggle('full', share > 1);
      meter.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    },
  };
}
