import { formatBytes, formatCount, formatDuration } from '../../backend/l10n/format.ts';
import type { Phase, RunAction, RunView } from '../contract/run.ts';
import { element, icon } from '../shared/element.ts';
import { button } from '../training/button.ts';
import { verdictBlock } from '../training/verdictBlock.ts';
import type { RunWords } from '../training/words.ts';

export interface Live {
  readonly phase: Phase | null;
  readonly fraction: number;
  readonly speed: number | null;
  readonly memory: number | null;
}

export interface RunHead {
  readonly element: HTMLElement;
  /** `isLost`: nobody knows any more how a run that was going on stands, and nobody is there to do anything about it. */
  show(run: RunView, live: Live, isLost: boolean): void;
}

const stateIcons: Readonly<Record<RunView['state'], string>> = {
  queued: 'clock',
  running: 'loading codicon-modifier-spin',
  paused: 'debug-pause',
  succeeded: 'pass good',
  failed: 'error bad',
  cancelled: 'circle-slash',
};

/** Which actions a state has; the first is the one that goes on. */
const actionsOf: Readonly<Record<RunView['state'], readonly HeadAction[]>> = {
  queued: ['stop', 'recipe'],
  running: ['pause', 'stop', 'compare', 'recipe'],
  paused: ['resume', 'stop', 'compare', 'recipe'],
  succeeded: ['makeDefault', 'chat', 'export', 'again', 'compare', 'recipe'],
  failed: ['resume', 'again', 'compare', 'recipe'],
  cancelled: ['resume', 'again', 'compare', 'recipe'],
};

/** Prominent where they come first: pausing and stopping are not what comes next. */
const goingOn: ReadonlySet<HeadAction> = new Set(['resume', 'makeDefault', 'chat', 'again']);

type HeadAction = Exclude<RunAction, 'origin'>;

const icons: Readonly<Record<HeadAction, string>> = {
  pause: 'debug-pause',
  stop: 'debug-stop',
  resume: 'play',
  again: 'refresh',
  makeDefault: 'star-empty',
  chat: 'comment-discussion',
  export: 'export',
  compare: 'graph-line',
  recipe: 'file-code',
};

/** Name, state, progress and verdict of a run, and what can be done with it. */
export function runHead(words: RunWords, act: (action: RunAction) => void): RunHead {
  const { say, language } = words;
  const title = element('h1', { class: 'cut' });
  const about = element('p', { class: 'quiet' });
  const status = element('p', { class: 'row status' });
  // What is seen changes several times a second; what is said, at each tenth of the way.
  const said = element('p', { class: 'for-screen-readers', role: 'status' });
  const progress = element('progress', { max: 1, 'aria-label': say('run.progress') });
  const verdict = element('div');
  const inUse = element('p', { class: 'quiet', hidden: true }, icon('star-full'), ` ${say('run.isDefault')}`);
  const failure = element('div', { class: 'banner', role: 'alert' });
  // Made once, so that the keyboard keeps its place while the run goes on.
  const buttons = (Object.keys(icons) as HeadAction[]).map((action) => {
    const made = button({
      label: say(`do.${action}`),
      tip: say(`do.${action}Tip`),
      icon: icons[action],
      onClick: () => act(action),
    });
    return [action, made] as const;
  });
  const actions = element('div', { class: 'row' });
  const order = (names: readonly HeadAction[]): void => {
    const wanted = names.map((name) => buttons.find(([action]) => action === name)![1]);
    if (wanted.length === actions.children.length && wanted.every((made, i) => actions.children[i] === made)) return;
    for (const [i, made] of wanted.entries()) made.toggleAttribute('secondary', i !== 0 || !goingOn.has(names[0]!));
    actions.replaceChildren(...wanted);
  };
  let shownVerdict = '';
  let saidAt = '';

  function statusOf(run: RunView, live: Live, isCutOff: boolean): string {
    const parts: string[] = [];
    const step = say('run.step', { step: formatCount(run.step), steps: formatCount(run.steps) });
    if (isCutOff) return [...(run.steps > 0 ? [step] : []), say('run.lastSeen')].join(' · ');
    if (run.state === 'queued' && run.queue_place !== null) parts.push(say('run.queue', { place: run.queue_place }));
    if (run.state === 'running' && live.phase !== null) parts.push(say(`phase.${live.phase}`));
    if (run.steps > 0) parts.push(step);
    if (run.state === 'running') {
      if (run.seconds_left !== null) {
        parts.push(say('run.left', { duration: formatDuration(language, run.seconds_left) }));
      }
      if (live.speed !== null) parts.push(say('run.speed', { speed: formatCount(live.speed) }));
      if (live.memory !== null) parts.push(formatBytes(live.memory));
    } else if (run.started_at !== null && run.ended_at !== null) {
      // A clock that was set back meanwhile must not make it negative.
      const seconds = Math.max(0, (Date.parse(run.ended_at) - Date.parse(run.started_at)) / 1000);
      parts.push(say('run.took', { duration: formatDuration(language, seconds) }));
    }
    return parts.join(' · ');
  }

  return {
    element: element(
      'header',
      { class: 'stack' },
      element('div', { class: 'head' }, element('div', { class: 'grow' }, title, about), actions),
      status,
      inUse,
      said,
      progress,
      failure,
      verdict,
    ),
    show(run, live, isLost) {
      const isCutOff = isLost && (run.state === 'running' || run.state === 'queued');
      const state = say(isCutOff ? 'state.lost' : `state.${run.state}`);
      const standing = statusOf(run, live, isCutOff);
      title.textContent = run.name;
      about.textContent = say('run.of', { base: run.base.name, dataset: `${run.dataset.name}@${run.dataset.version}` });
      status.replaceChildren(
        icon(isCutOff ? 'debug-disconnect' : stateIcons[run.state]),
        element('span', {}, element('strong', {}, state), ' ', standing),
      );
      const tenth = run.steps > 0 ? Math.floor((10 * run.step) / run.steps) : 0;
      const moment = JSON.stringify([state, live.phase, tenth]);
      if (moment !== saidAt) said.textContent = `${state} ${standing}`;
      saidAt = moment;
      progress.hidden = run.state === 'succeeded' || run.state === 'failed';
      progress.value = run.steps > 0 ? run.step / run.steps : 0;
      failure.hidden = run.failure === null;
      failure.replaceChildren(
        icon('error'),
        element(
          'div',
          {},
          element('p', {}, run.failure?.message ?? ''),
          run.failure?.hint ? element('p', { class: 'quiet' }, run.failure.hint) : null,
        ),
      );
      const next = JSON.stringify([run.verdict, run.losses]);
      if (next !== shownVerdict) {
        shownVerdict = next;
        verdict.replaceChildren(...(run.verdict ? [verdictBlock(words, run.verdict, run.losses)] : []));
      }
      const hasResult = run.adapter !== null || run.settings.method === 'full';
      // Only what was shown to be better is worth to be asked by everyone.
      const isProven = run.adapter !== null && run.verdict?.kind === 'better' && !run.is_default;
      const fits: Partial<Record<HeadAction, boolean>> = {
        makeDefault: isProven,
        chat: run.adapter !== null,
        export: hasResult,
      };
      order((isCutOff ? [] : actionsOf[run.state]).filter((action) => fits[action] ?? true));
      inUse.hidden = !run.is_default;
    },
  };
}
