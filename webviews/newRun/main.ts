import { formatNumber } from '../../backend/l10n/format.ts';
import {
  type BaseChoice,
  type DatasetChoice,
  type Effort,
  type Measured,
  NewRunPageState,
  type NewRunToHost,
  NewRunToPage,
  type RecipeChange,
  type Recommended,
} from '../contract/newRun.ts';
import type { FlatSettings, Problem } from '../contract/training.ts';
import { element, icon } from '../shared/element.ts';
import { enable } from '../shared/enable.ts';
import { speaker } from '../shared/l10n.ts';
import { openPage } from '../shared/rpc.ts';
import { button } from '../training/button.ts';
import { newRunTexts } from '../training/newRunTexts.ts';
import { baseFacts, type Choice, choicePart, datasetFacts } from './choices.ts';
import { type Missing, missingPart } from './missingPart.ts';
import { isTooMuch, needsPart, type Waiting } from './needs.ts';
import { radioGroup } from './radioGroup.ts';
import { RecipeEditor } from './recipeEditor.ts';
import { type SettingField, settingField } from './settingField.ts';
import { advancedSettings, mainSettings, type Setting } from './settings.ts';

const page = openPage<NewRunToPage, NewRunPageState, NewRunToHost>(NewRunToPage, NewRunPageState);
const say = speaker(page.language, newRunTexts);
const words = { say, language: page.language };

const editor = new RecipeEditor(page.state.yaml, page.send);
let effort: Effort = page.state.effort;
let settings: FlatSettings = {};
let problems: readonly Problem[] = [];
let valid = false;
let recommended: readonly Recommended[] = [];
/** For what the recommendation was asked; the next one is asked where that changes. */
let askedFor = '';
/** The recommendation that comes next is to be taken over: the page is new, or another effort was chosen. */
let takeOver = isBegun(page.state.yaml);
let measured: { readonly yaml: string; readonly measured: Measured } | null = null;
let measuring = false;
let waiting: Waiting | null = null;
let bases: readonly BaseChoice[] = [];
let datasets: readonly DatasetChoice[] = [];
let baseChoice: Choice | null = null;
let datasetChoice: Choice | null = null;

const change = (changes: readonly RecipeChange[]): void => {
  // What was typed a moment ago comes first, or it would come later and undo this.
  takeTyped();
  editor.change(changes);
};
const set = (path: string, value: RecipeChange['value']): void => change([{ path, value }]);

const chooseBase = element('div');
const chooseDataset = element('div');
const method = radioGroup({
  label: say('method.label'),
  choices: [
    ['lora', say('method.lora')],
    ['full', say('method.full')],
  ],
  onChoose: (value) => set('method', value),
});
const efforts = radioGroup({
  label: say('effort.label'),
  choices: [
    ['quick', say('effort.quick')],
    ['balanced', say('effort.balanced')],
    ['careful', say('effort.careful')],
  ],
  onChoose: (value) => {
    effort = value;
    takeOver = true;
    recommend();
  },
});
const ownValues = element('span', { class: 'quiet' }, say('effort.custom'));
const makeField = (setting: Setting): SettingField => settingField(words, setting, (value) => set(setting.path, value));
const fields = [...mainSettings, ...advancedSettings].map(makeField);
/** Where a recipe counts steps, it stands in the place of the rounds, which then decide nothing. */
const steps = makeField(advancedSettings.find(({ path }) => path === 'training.steps')!);
const stepsNote = element('span');
const stepsField = element(
  'div',
  { class: 'field' },
  steps.element,
  element(
    'p',
    { class: 'why' },
    stepsNote,
    ' ',
    element(
      'button',
      { class: 'link', type: 'button', onClick: () => set('training.steps', null) },
      say('new.useRounds'),
    ),
  ),
);
const advanced = element(
  'details',
  {},
  element('summary', {}, say('new.advanced')),
  element('div', { class: 'fields' }, ...fields.slice(mainSettings.length).map((field) => field.element)),
);
const yaml = element('textarea', {
  class: 'yaml code',
  spellcheck: 'false',
  wrap: 'off',
  'aria-label': say('new.yaml'),
  'aria-describedby': 'yaml-problems',
  onInput: () => {
    // Whoever writes the recipe wants none of the recommendation that is still on its way.
    takeOver = false;
    clearTimeout(typing);
    typing = setTimeout(takeTyped, 250);
    // Until it is read nothing may be measured or started: it would be the recipe before.
    draw();
  },
});
let typing = 0;
function takeTyped(): void {
  if (typing === 0) return;
  clearTimeout(typing);
  typing = 0;
  editor.type(yaml.value);
}
const hint = element('p', { class: 'quiet' }, say('new.yamlHint'));
const yamlProblems = element('ul', { class: 'problems', id: 'yaml-problems', 'aria-live': 'polite' });
const needs = needsPart(words);
const failure = element('div', { class: 'banner', role: 'alert', hidden: true });

const send = (type: 'measure' | 'start' | 'save') => (): void => {
  failure.hidden = true;
  if (type === 'measure') measuring = true;
  page.send({ type, yaml: editor.yaml });
  draw();
};
const actions = {
  measure: button({ label: say('new.measure'), icon: 'dashboard', primary: true, onClick: send('measure') }),
  stopMeasuring: button({
    label: say('new.stopMeasuring'),
    onClick: () => {
      measuring = false;
      waiting = null;
      page.send({ type: 'stopMeasuring' });
      draw();
    },
  }),
  start: button({ label: say('new.start'), icon: 'play', primary: true, onClick: send('start') }),
  queue: button({ label: say('new.queue'), icon: 'clock', primary: true, onClick: send('start') }),
  save: button({ label: say('new.save'), icon: 'save', onClick: send('save') }),
};

/** Where another run has the device, a start is a place in the queue. */
const startText = actions.start.querySelector('span')!;

const loading = element('p', { class: 'empty quiet' }, say('new.loading'));
const content = element(
  'main',
  { hidden: true },
  element(
    'div',
    { class: 'both' },
    element(
      'form',
      { class: 'stack form', onSubmit: (event) => event.preventDefault() },
      chooseBase,
      chooseDataset,
      element('div', { class: 'field wide' }, element('span', { class: 'label' }, say('new.how')), method.element),
      element('div', { class: 'row' }, efforts.element, ownValues),
      element(
        'div',
        { class: 'fields' },
        stepsField,
        ...fields.slice(0, mainSettings.length).map((field) => field.element),
      ),
      advanced,
    ),
    element('section', { class: 'stack recipe' }, element('h2', {}, say('new.yaml')), hint, yaml, yamlProblems),
  ),
  needs.element,
  failure,
  element(
    'div',
    { class: 'row actions' },
    actions.measure,
    actions.stopMeasuring,
    actions.start,
    actions.queue,
    actions.save,
  ),
);
const empty = element('main', { hidden: true });
document.body.append(element('header', {}, element('h1', {}, say('new.title'))), loading, empty, content);

page.onMessage((message) => {
  switch (message.type) {
    case 'choices':
      bases = message.bases;
      datasets = message.datasets;
      showChoices();
      break;
    case 'recipe':
      if (!editor.take(message)) return;
      problems = message.problems;
      valid = message.settings !== null;
      if (message.settings) settings = message.settings;
      page.keep({ yaml: message.yaml, effort });
      if (typing === 0 && yaml.value !== message.yaml) yaml.value = message.yaml;
      if (valid) recommend();
      break;
    case 'recommended': {
      const was = isAsRecommended();
      recommended = message.settings;
      if (takeOver || was) {
        const changes: RecipeChange[] = recommended.map(({ path, value }) => ({ path, value }));
        // Rounds that are taken over count only where no steps do.
        if (countsSteps()) changes.push({ path: 'training.steps', value: null });
        change(changes);
      }
      takeOver = false;
      break;
    }
    case 'waiting':
      // One that was given up meanwhile is not waited for any more.
      if (measuring) waiting = message;
      break;
    case 'measured':
      measuring = false;
      waiting = null;
      measured = message;
      break;
    case 'failure':
      if (message.during === 'edit') editor.failed();
      if (message.during === 'measure') {
        measuring = false;
        waiting = null;
      }
      showFailure(message.failure.message, message.failure.hint, message.during === 'open');
      break;
    case 'started':
      return;
  }
  draw();
});
page.send({ type: 'ready' });

function showChoices(): void {
  loading.hidden = true;
  failure.hidden = true;
  showMissing();
  baseChoice = choicePart({
    words,
    what: 'base',
    all: bases,
    facts: (base) => baseFacts(words, base),
    onChoose: (name) => set('base', name),
    onImport: () => page.send({ type: 'import', what: 'base' }),
  });
  datasetChoice = choicePart({
    words,
    what: 'dataset',
    all: datasets,
    facts: (dataset) => datasetFacts(words, dataset, measured?.yaml === editor.yaml ? measured.measured : null),
    onChoose: (name) => set('dataset', name),
    onImport: () => page.send({ type: 'import', what: 'dataset' }),
  });
  chooseBase.replaceChildren(baseChoice.element);
  chooseDataset.replaceChildren(datasetChoice.element);
  const first = bases.find(({ refusal }) => refusal === null);
  const begun: RecipeChange[] = [];
  if (isBegun(editor.yaml)) {
    if (first && !editor.yaml.includes('base:')) begun.push({ path: 'base', value: first.name });
    if (datasets[0] && !editor.yaml.includes('dataset:')) begun.push({ path: 'dataset', value: datasets[0].name });
  }
  change(begun);
}

/** A recipe that nobody has written anything into yet has no mistakes where a model or data are still to come. */
function showMissing(): void {
  const missing: Missing[] = [];
  if (bases.length === 0) missing.push('base');
  if (datasets.length === 0) missing.push('dataset');
  const isEmpty = missing.length > 0 && isBegun(editor.yaml);
  empty.hidden = !isEmpty;
  content.hidden = isEmpty;
  const ask = (what: Missing | 'tutorial'): void => page.send({ type: 'import', what });
  empty.replaceChildren(...(isEmpty ? [missingPart(words, missing, ask)] : []));
}

/** A recipe with at most a base or a data set in it, which the page fills up; any other is left as it was written. */
function isBegun(yaml: string): boolean {
  return /^\s*(?:(?:base|dataset):[^\n]*\s*)?$/.test(yaml);
}

/** Asks for recommended values where base, data set, method or effort are others than last time. */
function recommend(): void {
  const { base, dataset, method: how } = settings;
  if (typeof base !== 'string' || typeof dataset !== 'string') return;
  const asked = { base, dataset, method: how === 'full' ? 'full' : 'lora', effort } as const;
  const key = JSON.stringify(asked);
  if (key === askedFor && !takeOver) return;
  askedFor = key;
  page.send({ type: 'recommend', ...asked });
}

function countsSteps(): boolean {
  return typeof settings['training.steps'] === 'number';
}

/** How often each row is seen, as far as that is known. */
function roundsOf(): number | null {
  const [count, batch, times] = ['training.steps', 'training.batch_size', 'training.gradient_accumulation'].map(
    (path) => Number(settings[path]),
  );
  const rows = measured?.measured.train_rows ?? datasets.find(({ name }) => name === settings.dataset)?.rows;
  const rounds = (count! * batch! * times!) / (rows ?? 0);
  return Number.isFinite(rounds) ? rounds : null;
}

function isAsRecommended(): boolean {
  return (
    recommended.length > 0 &&
    !countsSteps() &&
    recommended.every(({ path, value }) => JSON.stringify(settings[path]) === JSON.stringify(value))
  );
}

function draw(): void {
  baseChoice?.show(String(settings.base ?? ''));
  datasetChoice?.show(String(settings.dataset ?? ''));
  const isLora = settings.method !== 'full';
  method.show(isLora ? 'lora' : 'full');
  efforts.show(effort);
  ownValues.hidden = recommended.length === 0 || isAsRecommended();
  for (const field of fields) {
    const { path, lora } = field.setting;
    const isOvertaken = countsSteps() && (path === 'training.epochs' || path === 'training.steps');
    field.element.hidden = (lora === true && !isLora) || isOvertaken;
    const problem = problems.find((each) => each.path === path);
    field.show(
      settings[path],
      recommended.find((each) => each.path === path),
      problem,
    );
  }
  stepsField.hidden = !countsSteps();
  steps.show(
    settings['training.steps'],
    undefined,
    problems.find((each) => each.path === 'training.steps'),
  );
  const rounds = roundsOf();
  stepsNote.textContent =
    rounds === null ? '' : say('new.roundsAre', { rounds: formatNumber(rounds).replace(/\.0+$/, '') });
  yaml.setAttribute('aria-invalid', String(!valid));
  hint.textContent = say(valid || problems.length === 0 ? 'new.yamlHint' : 'new.fix');
  yamlProblems.replaceChildren(
    ...problems.map(({ message, line }) =>
      element(
        'li',
        {},
        icon('error', 'bad'),
        ` ${line === undefined ? message : say('new.problemAt', { line, message })}`,
      ),
    ),
  );
  const isMeasured = measured !== null && measured.yaml === editor.yaml;
  needs.show(
    waiting ? 'waiting' : measuring ? 'measuring' : isMeasured ? 'measured' : measured ? 'stale' : 'unmeasured',
    measured?.measured ?? null,
    waiting,
  );
  const ready = valid && editor.isSettled && typing === 0;
  const fits = measured !== null && !isTooMuch(measured.measured);
  startText.textContent = say(measured?.measured.earlier ? 'new.queue' : 'new.start');
  actions.measure.hidden = measuring || isMeasured;
  actions.stopMeasuring.hidden = !measuring;
  actions.start.hidden = !isMeasured;
  actions.queue.hidden = waiting === null || isMeasured;
  enable(actions.measure, ready);
  enable(actions.start, ready && fits);
  enable(actions.queue, ready);
  enable(actions.save, ready);
}

function showFailure(message: string, hint: string | undefined, canRetry: boolean): void {
  failure.hidden = false;
  const retry = button({ label: say('new.retry'), icon: 'refresh', onClick: () => page.send({ type: 'ready' }) });
  failure.replaceChildren(
    icon('error'),
    element('div', { class: 'grow' }, element('p', {}, message), hint ? element('p', { class: 'quiet' }, hint) : null),
    canRetry ? retry : '',
  );
  // Where nothing could be read there is nothing to show but this.
  if (canRetry && bases.length + datasets.length === 0) loading.replaceWith(failure);
}
