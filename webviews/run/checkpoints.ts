import { formatBytes, formatCount, formatNumber } from '../../backend/l10n/format.ts';
import type { Checkpoint, CheckpointAction, RunView } from '../contract/run.ts';
import { element, icon } from '../shared/element.ts';
import { button } from '../training/button.ts';
import type { RunWords } from '../training/words.ts';

export interface Checkpoints {
  readonly element: HTMLElement;
  show(run: RunView, checkpoints: readonly Checkpoint[]): void;
}

/** The checkpoints that are kept, and what can be done with each. */
export function checkpointsPart({ say }: RunWords, act: (action: CheckpointAction, step: number) => void): Checkpoints {
  const body = element('tbody');
  const head = element(
    'thead',
    {},
    element(
      'tr',
      {},
      element('th', { scope: 'col' }, say('chart.step')),
      element('th', { scope: 'col', class: 'number' }, say('compare.heldOutLoss')),
      element('th', { scope: 'col' }, element('span', { class: 'for-screen-readers' }, say('checkpoints.actions'))),
    ),
  );
  const table = element('table', { class: 'checkpoints' }, head, body);
  const none = element('p', { class: 'quiet' }, say('checkpoints.none'));
  let shown = '';
  return {
    element: element(
      'section',
      { class: 'stack tight checkpoint-part' },
      element('h2', {}, say('checkpoints.title')),
      table,
      none,
    ),
    show(run, checkpoints) {
      const isLora = run.settings.method !== 'full';
      const goesOn = run.state !== 'running' && run.state !== 'queued';
      const canResume = goesOn && run.state !== 'succeeded';
      const next = JSON.stringify([checkpoints, isLora, canResume]);
      if (next === shown) return;
      shown = next;
      table.hidden = checkpoints.length === 0;
      none.hidden = checkpoints.length > 0;
      const focused = document.activeElement?.getAttribute('data-do');
      body.replaceChildren(...checkpoints.toReversed().map((checkpoint) => row(checkpoint, isLora, canResume)));
      if (focused) body.querySelector<HTMLElement>(`[data-do="${CSS.escape(focused)}"]`)?.focus();
    },
  };

  function row({ step, held_out_loss: loss, best, last, bytes }: Checkpoint, isLora: boolean, resumes: boolean) {
    const notes = [best ? say('checkpoints.best') : null, last && resumes ? say('checkpoints.last') : null].filter(
      (note) => note !== null,
    );
    const made = (action: CheckpointAction, name: string): HTMLElement => {
      const at = formatCount(step);
      const label = say(`checkpoints.${action}`);
      const tip = say(`checkpoints.${action}Tip`, { step: at });
      const press = button({ label, icon: name, tip, onClick: () => act(action, step) });
      press.setAttribute('data-do', `${action} ${step}`);
      press.setAttribute('aria-label', `${label}: ${at}`);
      return press;
    };
    return element(
      'tr',
      { title: formatBytes(bytes) },
      element(
        'th',
        { scope: 'row' },
        icon(best ? 'star-full' : 'save', best ? 'best' : ''),
        ` ${formatCount(step)} `,
        notes.length > 0 &&
          element('span', { class: 'quiet', title: best && say('checkpoints.bestTip') }, notes.join(' · ')),
      ),
      element('td', { class: 'number' }, loss === null ? '–' : formatNumber(loss)),
      element(
        'td',
        { class: 'actions' },
        isLora && made('chat', 'comment-discussion'),
        made('continue', 'debug-continue'),
        made('export', 'export'),
      ),
    );
  }
}
