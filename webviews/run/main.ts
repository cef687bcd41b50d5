import { RunSeries } from '../charts/runSeries.ts';
import type { Failure } from '../contract/failure.ts';
import {
  type Checkpoint,
  RunPageState,
  type RunToHost,
  RunToPage,
  type RunView,
  type Samples,
} from '../contract/run.ts';
import { element, icon } from '../shared/element.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { button } from '../training/button.ts';
import { runTexts } from '../training/runTexts.ts';
import { answersPart } from './answers.ts';
import { checkpointsPart } from './checkpoints.ts';
import { factsPart } from './facts.ts';
import { runCharts } from './runCharts.ts';
import { type Live, runHead } from './runHead.ts';
import { withSample } from './timeline.ts';

const page = openPage<RunToPage, RunPageState, RunToHost>(RunToPage, RunPageState);
const say = speaker(page.language, runTexts);
const words = { say, language: page.language };
const state = { ...page.state };
const keep = (): void => page.keep(state);

const series = new RunSeries();
let run: RunView | null = null;
let samples: readonly Samples[] = [];
let kept: readonly Checkpoint[] = [];
/** The backend does not answer, so that what is known of the run may not be so any more. */
let isLost = false;
let live: Live = { phase: null, fraction: 0, speed: null, memory: null };

const head = runHead(words, (action) => page.send({ type: 'do', action }));
const charts = runCharts({ words, series, look: state, onLook: keep, send: page.send });
const answers = answersPart(words, state, () => {
  keep();
  charts.update();
});
const checkpoints = checkpointsPart(words, (action, step) => page.send({ type: 'checkpoint', action, step }));
const facts = factsPart(
  words,
  (text) => page.send({ type: 'copy', text }),
  () => page.send({ type: 'do', action: 'origin' }),
);

const notice = element('div');
const content = element(
  'main',
  { hidden: true },
  head.element,
  element('div', { class: 'both' }, charts.loss, answers.element),
  charts.smalls,
  element('div', { class: 'both' }, checkpoints.element, facts.element),
);
document.body.append(notice, content);
tell('run.loading');

page.onMessage((message) => {
  switch (message.type) {
    case 'run':
      run = message.run;
      isLost = false;
      content.hidden = false;
      notice.replaceChildren();
      break;
    case 'metrics':
      series.clear();
      series.append(message.metrics);
      break;
    case 'more':
      series.append(message.metrics);
      live = { ...live, phase: null };
      break;
    case 'samples':
      samples = message.samples;
      break;
    case 'sample':
      samples = withSample(samples, message.sample);
      live = { ...live, phase: null };
      break;
    case 'checkpoints':
      kept = message.checkpoints;
      break;
    case 'restart':
      series.cutFrom(message.firstStep);
      samples = samples.filter(({ step }) => step < message.firstStep);
      break;
    case 'phase':
      live = { ...live, phase: message.phase, fraction: message.fraction };
      break;
    case 'failure':
      showFailure(message.failure, 'do.retry');
      return;
    case 'lost':
      isLost = true;
      showFailure({ message: say('run.lost'), hint: say('run.lostHint') }, 'do.restart');
      break;
    case 'gone':
      content.hidden = true;
      tell('run.gone');
      return;
  }
  const { train } = series;
  live = {
    ...live,
    speed: train.column('tokens_per_second').at(-1) ?? null,
    memory: train.column('memory').at(-1) ?? null,
  };
  if (message.type !== 'run' && message.type !== 'phase') charts.update();
  if (!run) return;
  head.show(run, live, isLost);
  answers.show(run, samples);
  checkpoints.show(run, kept);
  facts.show(run);
});
page.send({ type: 'ready' });

function tell(key: 'run.loading' | 'run.gone'): void {
  notice.replaceChildren(element('p', { class: 'empty quiet' }, say(key)));
}

/** Whoever asks once more has the backend started, too, where it is not up. */
function showFailure({ message, hint }: Failure, again: 'do.retry' | 'do.restart'): void {
  const icons = { 'do.retry': 'refresh', 'do.restart': 'debug-restart' } as const;
  notice.replaceChildren(
    element(
      'div',
      { class: 'banner', role: 'alert' },
      icon('error'),
      element('div', { class: 'grow' }, element('p', {}, message), hint ? element('p', {}, hint) : null),
      element(
        'div',
        { class: 'row' },
        button({ label: say(again), icon: icons[again], onClick: () => page.send({ type: 'ready' }) }),
        button({ label: say('do.showLog'), icon: 'output', onClick: () => page.send({ type: 'showLog' }) }),
      ),
    ),
  );
}
