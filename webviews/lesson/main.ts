import {
  LessonPageState,
  type LessonProgress,
  type LessonStep,
  type LessonToHost,
  LessonToPage,
  type LessonView,
  type Level,
} from '../contract/lesson.ts';
import { element, icon } from '../shared/element.ts';
import { enable } from '../shared/enable.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { button } from '../training/button.ts';
import { renderLesson } from './renderLesson.ts';
import { results } from './results.ts';
import { lessonTexts } from './texts.ts';

const page = openPage<LessonToPage, LessonPageState, LessonToHost>(LessonToPage, LessonPageState);
const say = speaker(page.language, lessonTexts);
const state = { ...page.state };

let lesson: LessonView | null = null;
let levels: readonly { readonly level: Level; readonly title: string }[] = [];
let progress: LessonProgress | null = null;
let isVerifying = false;
/** The step that the host is at: the data is being brought in. */
let working: LessonStep | null = null;
/** The steps of the text with the places where they stand; drawn anew when the reader has got on. */
let steps: { readonly step: LessonStep; readonly label: string; readonly place: HTMLElement }[] = [];

const navigation = element('nav', { class: 'row', 'aria-label': say('levels') });
const failure = element('div', { class: 'banner', role: 'alert', hidden: true });
const content = element('main', {}, element('p', { class: 'quiet' }, say('loading')));
const found = element('div', { class: 'found', 'aria-live': 'polite' });
document.body.append(navigation, failure, content);

page.onMessage((message) => {
  if (message.type !== 'progress') failure.hidden = true;
  switch (message.type) {
    case 'lesson':
      ({ lesson, levels } = message);
      drawLesson();
      break;
    case 'progress':
      ({ progress } = message);
      working = null;
      drawSteps();
      break;
    case 'verified':
      isVerifying = false;
      state.verified = message.verified;
      page.keep(state);
      drawSteps();
      break;
    case 'stopped':
      isVerifying = false;
      drawSteps();
      break;
    case 'failure':
      isVerifying = false;
      working = null;
      failure.replaceChildren(
        icon('error'),
        element('span', {}, [message.failure.message, message.failure.hint].filter(Boolean).join(' ')),
      );
      failure.hidden = false;
      drawSteps();
  }
});
// Whoever comes back from another page may have got on there.
window.addEventListener('focus', () => page.send({ type: 'look' }));
page.send({ type: 'ready' });

function drawLesson(): void {
  if (!lesson) return;
  const current = lesson.level;
  navigation.replaceChildren(
    ...levels.map(({ level, title }) =>
      element(
        'button',
        {
          type: 'button',
          class: 'level',
          title,
          'aria-current': level === current && 'page',
          onClick: () => page.send({ type: 'open', level }),
        },
        say('level', { level }),
      ),
    ),
  );
  steps = [];
  const text = renderLesson(lesson.markdown, lesson.figures, {
    step(step, label) {
      const place = element('span', { class: 'step' });
      steps.push({ step, label, place });
      return place;
    },
  });
  content.replaceChildren(text);
  const last = steps.findLast(({ step }) => step.kind === 'verify')?.place;
  (last?.closest('p') ?? text).after(found);
  drawSteps();
}

function drawSteps(): void {
  const next = nextStep();
  for (const [at, { step, label, place }] of steps.entries()) {
    const hadFocus = place.contains(document.activeElement);
    place.replaceChildren(...stepParts(step, label, at === next));
    if (hadFocus) place.querySelector<HTMLElement>('vscode-button')?.focus();
  }
  drawFound();
}

/** The one to do next has the view's accent. */
function nextStep(): number {
  if (!progress?.imported) return steps.findIndex(({ step }) => step.kind === 'import');
  const starts = steps.flatMap(({ step }, at) => (step.kind === 'newRun' ? [at] : []));
  // A lesson that is done leads on to the one after it.
  if (state.verified?.passed && following() !== undefined) return -1;
  return starts[progress.runs] ?? steps.findIndex(({ step }) => step.kind === 'verify');
}

function stepParts(step: LessonStep, label: string, isNext: boolean): (HTMLElement | string)[] {
  const made = button({
    label,
    icon: icons[step.kind],
    primary: isNext,
    onClick: () => {
      if (step.kind === 'verify') isVerifying = true;
      if (step.kind === 'import' || step.kind === 'newRun') working = step;
      drawSteps();
      page.send({ type: 'step', step });
    },
  });
  const why = refusal(step);
  const isDone = step.kind === 'import' && why !== '';
  const isBusy = working !== null || (step.kind === 'verify' && isVerifying);
  enable(made, !isBusy && (why === '' || isDone));
  if (working === step) return [made, note('loading', 'codicon-modifier-spin', say('busy'))];
  return why === ''
    ? [made]
    : [made, isDone ? note('check', 'good', why) : element('span', { class: 'quiet note' }, why)];
}

function note(name: string, more: string, text: string): HTMLElement {
  return element('span', { class: 'quiet note', role: 'status' }, icon(name, more), text);
}

const icons: Readonly<Record<LessonStep['kind'], string>> = {
  import: 'cloud-download',
  newRun: 'flame',
  runs: 'graph-line',
  compare: 'git-compare',
  ask: 'comment-discussion',
  verify: 'checklist',
};

/** Why a step cannot be done yet, or that it was done; empty: nothing to be said. */
function refusal({ kind }: LessonStep): string {
  if (!progress) return '';
  const { imported, runs, succeeded } = progress;
  switch (kind) {
    case 'import':
      return imported ? say('imported') : '';
    case 'runs':
      return runs === 0 ? say('noRun') : '';
    case 'compare':
      return runs < 2 ? say('oneRun') : '';
    case 'ask':
      return succeeded === 0 ? say('noModel') : '';
    default:
      return '';
  }
}

function drawFound(): void {
  if (isVerifying) {
    found.replaceChildren(
      element(
        'p',
        { class: 'row' },
        icon('loading', 'codicon-modifier-spin'),
        say('verifying'),
        button({ label: say('stop'), onClick: () => page.send({ type: 'stopVerifying' }) }),
      ),
    );
    return;
  }
  const { verified } = state;
  if (!verified) {
    found.replaceChildren();
    return;
  }
  const next = following();
  found.replaceChildren(
    results(say, verified),
    ...(verified.passed && next
      ? [
          button({
            label: say('nextLesson', { level: next }),
            icon: 'arrow-right',
            primary: true,
            onClick: () => page.send({ type: 'open', level: next }),
          }),
        ]
      : []),
  );
}

function following(): Level | undefined {
  return levels.find(({ level }) => level === state.level + 1)?.level;
}
