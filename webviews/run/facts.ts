import { formatBytes, formatCount, formatTime, shortHash } from '../../backend/l10n/format.ts';
import type { RunView } from '../contract/run.ts';
import { element } from '../shared/element.ts';
import { button } from '../training/button.ts';
import type { RunWords } from '../training/words.ts';

export interface Part {
  readonly element: HTMLElement;
  show(run: RunView): void;
}

/** What repeats the run bit for bit, each copied with a press. */
export function factsPart({ say }: RunWords, copy: (text: string) => void, openOrigin: () => void): Part {
  const table = element('table');
  const told = element('p', { class: 'for-screen-readers', 'aria-live': 'polite' });
  let shown = '';
  const row = (name: string, text: string, whole?: string): HTMLElement =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, name),
      element(
        'td',
        { title: whole },
        text,
        ' ',
        whole !== undefined &&
          button({
            label: say('facts.copy', { name }),
            icon: 'copy',
            bare: true,
            onClick: () => {
              copy(whole);
              told.textContent = say('facts.copied');
            },
          }),
      ),
    );
  return {
    element: element('section', { class: 'stack tight' }, element('h2', {}, say('facts.title')), table, told),
    show(run) {
      const { base, dataset, adapter, settings, continued_from: origin } = run;
      const next = JSON.stringify([run.id, adapter, run.engine_version, run.device, run.ended_at]);
      if (next === shown) return;
      shown = next;
      const rows = [
        row(say('facts.base'), `${base.name} · ${shortHash(base.hash)}`, base.hash),
        row(say('facts.dataset'), `${dataset.name}@${dataset.version} · ${shortHash(dataset.hash)}`, dataset.hash),
        adapter && row(say('facts.adapter'), `${adapter.name} · ${formatBytes(adapter.bytes)}`),
        row(say('facts.seed'), String(settings.seed ?? '–')),
        run.engine_version === null ? null : row(say('facts.engine'), run.engine_version),
        run.device === null ? null : row(say('facts.device'), run.device),
        origin &&
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, say('facts.origin')),
            element(
              'td',
              {},
              element(
                'button',
                { class: 'link', type: 'button', onClick: openOrigin },
                say('facts.originIs', { name: origin.name, step: formatCount(origin.step) }),
              ),
            ),
          ),
        row(say('facts.created'), formatTime(run.created_at)),
        run.ended_at === null ? null : row(say('facts.ended'), formatTime(run.ended_at)),
        row(say('facts.id'), run.id, run.id),
      ];
      table.replaceChildren(...rows.filter((each) => each !== null));
    },
  };
}
