/** The pages about training as built, in a real browser under their own content security policy. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Recipe } from '../../backend/contract/recipe.ts';
import { flattenRecipe } from '../../backend/contract/settings.ts';
import { editRecipe } from '../../backend/recipes/editRecipe.ts';
import { recommendSettings } from '../../backend/recipes/recommendSettings.ts';
import type { CompareToHost } from '../../webviews/contract/compareRuns.ts';
import type { Measured, NewRunToHost } from '../../webviews/contract/newRun.ts';
import type { Checkpoint, RunToHost, RunView, Samples } from '../../webviews/contract/run.ts';
import type { Metrics } from '../../webviews/contract/training.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { openWebview } from '../support/webviewHarness/openWebview.ts';

const browser = await openBrowser();

const settings = flattenRecipe(Recipe.parse({ base: 'small', dataset: 'facts' }));
const run: RunView = {
  id: 'run_1',
  name: 'facts 🙂 "quoted" مرحبا <script>alert(1)</script>',
  state: 'succeeded',
  base: { name: 'small', hash: `sha256:${'a'.repeat(64)}` },
  dataset: { name: 'facts', version: 1, hash: `sha256:${'b'.repeat(64)}` },
  created_at: '2026-11-21T12:00:00Z',
  started_at: '2026-11-21T12:00:00Z',
  ended_at: '2026-11-21T12:10:00Z',
  queue_place: null,
  step: 100_000,
  steps: 100_000,
  seconds_left: null,
  train_loss: 0.1,
  held_out_loss: 0.2,
  checkpoint_step: 100_000,
  engine_version: '1',
  device: 'CPU',
  settings,
  failure: null,
  adapter: { name: 'facts', bytes: 4_300_000 },
  is_default: false,
  continued_from: { name: 'earlier', step: 40 },
  verdict: {
    kind: 'better',
    difference: { base: 0.1, tuned: 0.8, change: 0.7, low: 0.4, high: 0.84 },
    regression: null,
  },
  losses: { base: 2.9, tuned: 0.41 },
  answers: [
    { question: 'Q?', expected: 'A', base: '<img src=x>', tuned: 'A', base_right: false, tuned_right: true },
    { question: 'R?', expected: 'B', base: 'B', tuned: 'C', base_right: true, tuned_right: false },
  ],
};

const answerAt = (step: number) => {
  const [tuned, tuned_right] = step === 0 ? ['?', false] : ['A', true];
  return { question: 'Q?', expected: 'A', base: '?', tuned, base_right: false, tuned_right };
};
const samples: Samples[] = [
  { step: 0, answers: [answerAt(0)], left_out: null },
  { step: 50_000, answers: [answerAt(50_000)], left_out: null },
  { step: 75_000, answers: [], left_out: 'time' },
];
const checkpoints: Checkpoint[] = [
  { step: 90_000, held_out_loss: 1, best: true, last: false, bytes: 1e6 },
  { step: 100_000, held_out_loss: 1.2, best: false, last: true, bytes: 1e6 },
];

function metricsOf(count: number): Metrics {
  const step = Array.from({ length: count }, (_, i) => i + 1);
  const column = step.map((at) => 1 + 1 / at);
  return {
    step,
    loss: column,
    learning_rate: column,
    gradient_norm: column,
    tokens_per_second: column,
    memory: column,
    held_out: { step: [1, count], loss: [2, 1] },
    checkpoints: [count],
  };
}

function measuredAs(changes: Partial<Measured> = {}): Measured {
  const time = { seconds_per_step: 2, evaluation_seconds: 6, answering_seconds: 4, estimated_seconds: 40 };
  const room = { peak_memory: 1e9, machine_memory: 8e9, disk_bytes: 1e6, disk_free: 1e9 };
  const counts = { tokens_per_second: 900, steps: 15, train_rows: 18, held_out_rows: 2 };
  const when = { measured_at: '2026-11-21T12:00:00Z', earlier: false };
  return { ...time, ...room, ...counts, ...when, device: 'CPU', ...changes };
}

/** Waits for what a page shows after a while; a test that hangs here says for what. */
async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isTrue()) return;
    await delay(50);
  }
  assert.fail(`never came: ${what}`);
}

describe('pages about training', { skip: browser === null && 'no browser' }, () => {
  after(() => browser?.close());

  test('a run of a hundred thousand steps is drawn, exported, filtered, and looks as it did after a reload', async () => {
    const said: RunToHost[] = [];
    const state = { runId: 'run_1', smoothing: 0.6, logScale: false, answers: 'all' };
    await using opened = await openWebview<RunToHost>(browser!, {
      name: 'run',
      state,
      width: 320,
      onMessage: (message, send) => {
        said.push(message);
        if (message.type !== 'ready') return;
        send({ type: 'run', run });
        send({ type: 'metrics', metrics: metricsOf(100_000) });
        send({ type: 'samples', samples });
        send({ type: 'checkpoints', checkpoints });
      },
    });
    const { page } = opened;
    await page.getByRole('img', { name: /100,000 steps/ }).waitFor();
    await page.locator('canvas').first().waitFor();
    assert.equal(await page.locator('h1').textContent(), run.name);
    assert.match(
      (await page.locator('.verdict').textContent()) ?? '',
      /Better\. 80 % of held-out answers right, was 10 %/,
    );
    assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'nothing sticks out');

    await page.getByRole('button', { name: 'Wrong 1' }).click();
    assert.equal(await page.locator('.answers-list > li').count(), 1);
    await page.getByLabel('Log scale').check();
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    await page.getByRole('button', { name: 'Save as PNG' }).click();
    await page.getByText('Chat', { exact: true }).click();
    const csv = said.find((message) => message.type === 'saveCsv')?.text.split('\n') ?? [];
    assert.deepEqual([csv.length, csv[0]?.split(',')[0], csv[1]?.split(',').at(-1)], [100_002, 'step', '2']);
    const png = said.find((message) => message.type === 'savePng')?.data ?? '';
    assert.equal(Buffer.from(png, 'base64').subarray(1, 4).toString(), 'PNG');
    assert.deepEqual(said.at(-1), { type: 'do', action: 'chat' });
    assert.deepEqual(await opened.kept(), { ...state, logScale: true, answers: 'wrong', answersAt: null });
    assert.deepEqual(opened.complaints, []);
  });

  for (const language of ['en', 'ja'] as const) {
    test(`without its backend the page of a run does not say that it goes on (${language})`, async () => {
      const said: RunToHost[] = [];
      const running: RunView = { ...run, state: 'running', step: 80_000, verdict: null, adapter: null, answers: [] };
      await using opened = await openWebview<RunToHost>(browser!, {
        name: 'run',
        language,
        state: { runId: 'run_1' },
        onMessage: (message, answer) => {
          said.push(message);
          if (message.type === 'ready') answer({ type: 'run', run: running });
        },
      });
      const { page } = opened;
      const pick = (en: string, ja: string): string => ({ en, ja })[language];
      const shown = (en: string, ja: string) => page.getByText(pick(en, ja), { exact: true }).filter({ visible: true });
      await shown('Running', '実行中').waitFor();
      await shown('Pause', '中断').waitFor();
      await opened.send({ type: 'lost' });
      await shown('No connection', '接続なし').waitFor();
      for (const gone of [shown('Running', '実行中'), shown('Pause', '中断'), shown('Stop', '取りやめ')]) {
        assert.equal(await gone.count(), 0);
      }
      await shown('Show log', 'ログを表示').click();
      // What cannot be started is told, and the run is as unknown as it was.
      await opened.send({ type: 'failure', failure: { message: 'No Node.', hint: 'Install one.' } });
      await page.getByText('No Node.').waitFor();
      assert.equal(await shown('No connection', '接続なし').count(), 1);
      await opened.send({ type: 'lost' });
      await shown('Restart', '起動し直す').click();
      await shown('Pause', '中断').waitFor();
      assert.equal(await page.getByRole('alert').filter({ visible: true }).count(), 0);
      assert.deepEqual(
        said.map(({ type }) => type),
        ['ready', 'showLog', 'ready'],
      );
      assert.deepEqual(opened.complaints, []);
    });
  }

  test('one goes back in time to what was answered on the way, and what a checkpoint is good for is done', async () => {
    const said: RunToHost[] = [];
    const state = { runId: 'run_1', smoothing: 0, logScale: false, answers: 'all', answersAt: null };
    const running: RunView = { ...run, state: 'running', step: 80_000, verdict: null, adapter: null, answers: [] };
    await using opened = await openWebview<RunToHost>(browser!, {
      name: 'run',
      state,
      onMessage: (message, send) => {
        said.push(message);
        if (message.type !== 'ready') return;
        send({ type: 'run', run: running });
        send({ type: 'metrics', metrics: metricsOf(80_000) });
        send({ type: 'samples', samples });
        send({ type: 'checkpoints', checkpoints: checkpoints.slice(0, 1) });
      },
    });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Held-out answers at step 75,000' }).waitFor();
    await page.getByText('answering would have held the training up').waitFor();
    const list = page.getByRole('list', { name: 'Held-out answers' });
    await page.getByRole('button', { name: 'Earlier answers' }).click();
    await page.getByRole('heading', { name: 'at step 50,000' }).waitFor();
    assert.match((await list.textContent()) ?? '', /Q\?.*base.*\?.*wrong.*now.*A.*right since step 50,000/);
    // One who looks back is not carried away by what comes.
    await opened.send({ type: 'sample', sample: { step: 80_000, answers: [answerAt(80_000)], left_out: null } });
    assert.equal(await page.getByRole('heading', { name: 'at step 50,000' }).isVisible(), true);
    assert.equal(((await opened.kept()) as { answersAt: number }).answersAt, 50_000);
    await page.getByLabel('When').press('Home');
    await page.getByRole('heading', { name: 'at step 0' }).waitFor();
    assert.doesNotMatch((await list.textContent()) ?? '', /right/);
    await page.getByLabel('When').press('End');
    await page.getByRole('heading', { name: 'at step 80,000' }).waitFor();
    assert.equal(((await opened.kept()) as { answersAt: null }).answersAt, null);
    // A run that goes on from an earlier checkpoint makes the later ones again.
    await opened.send({ type: 'restart', firstStep: 60_000 });
    await page.getByRole('heading', { name: 'at step 50,000' }).waitFor();

    // The legend tells the newest, and under the pointer what is there.
    const legend = page.locator('.u-legend').first();
    const told = async (): Promise<string> => (await legend.textContent()) ?? '';
    await until(async () => /Step59,999.*training1\.000/.test(await told()), 'the newest values');
    await page
      .locator('.u-over')
      .first()
      .hover({ position: { x: 1, y: 50 } });
    await until(async () => /^Step\d{1,3}\D/.test(await told()), 'the first steps');
    assert.doesNotMatch(await told(), /–/);

    const row = page.getByRole('row', { name: /90,000/ });
    for (const name of ['Use in chat', 'Resume from here', 'Export…']) await row.getByText(name).click();
    await page.getByText('earlier, step 40').click();
    assert.deepEqual(said.slice(1), [
      ...(['chat', 'continue', 'export'] as const).map((action) => ({ type: 'checkpoint', action, step: 90_000 })),
      { type: 'do', action: 'origin' },
    ]);
    assert.deepEqual(opened.complaints, []);
  });

  test('what was shown to be better can be made the default, and says so when it is', async () => {
    const said: RunToHost[] = [];
    await using opened = await openWebview<RunToHost>(browser!, {
      name: 'run',
      state: { runId: 'run_1' },
      language: 'ja',
      onMessage: (message, send) => {
        said.push(message);
        if (message.type === 'ready' || message.type === 'do') {
          send({ type: 'run', run: { ...run, is_default: message.type === 'do' } });
        }
      },
    });
    const { page } = opened;
    const press = page.getByText('既定にする', { exact: true });
    await press.click();
    await page.getByText('使用中').waitFor();
    assert.equal(await press.count(), 0);
    assert.deepEqual(said.at(-1), { type: 'do', action: 'makeDefault' });
    await opened.send({ type: 'run', run: { ...run, verdict: { ...run.verdict!, kind: 'worse' } } });
    await page.getByText('悪くなりました').waitFor();
    assert.equal(await press.count(), 0, 'one that lost is not offered');
    assert.deepEqual(opened.complaints, []);
  });

  test('form and YAML of a new run are one recipe, and nothing starts before it is measured', async () => {
    const said: NewRunToHost[] = [];
    await using opened = await openWebview<NewRunToHost>(browser!, {
      name: 'newRun',
      state: { yaml: 'dataset: facts # mine\n', effort: 'balanced' },
      onMessage: (message, send) => {
        said.push(message);
        if (message.type === 'ready') {
          const base = {
            name: 'small',
            bytes: 3e6,
            parameters: 3e6,
            file_type: 'F16',
            context_length: 256,
            refusal: null,
          };
          send({ type: 'choices', bases: [base], datasets: [{ name: 'facts', version: 1, rows: 20 }] });
        } else if (message.type === 'edit') {
          const { revision, yaml, changes } = message;
          const { recipe_yaml, recipe, problems } = editRecipe({ recipe_yaml: yaml, changes }, 'en');
          send({ type: 'recipe', revision, yaml: recipe_yaml, settings: recipe && flattenRecipe(recipe), problems });
        } else if (message.type === 'recommend') {
          const { effort, method } = message;
          const task = { method, effort, parameters: 3e6, fileType: 'F16', rows: 20 };
          send({ type: 'recommended', effort, settings: recommendSettings(task, 'en') });
        } else if (message.type === 'measure') {
          send({ type: 'measured', yaml: message.yaml, measured: measuredAs() });
        }
      },
    });
    const { page } = opened;
    const yaml = page.getByLabel('Recipe');
    const rounds = page.getByLabel('Rounds (epochs)');
    const start = page.getByText('Start', { exact: true });
    const recipeHas = (text: string) => until(async () => (await yaml.inputValue()).includes(text), text);
    await recipeHas('learning_rate: 0.003');
    assert.match(await yaml.inputValue(), /^dataset: facts # mine\nbase: small\n/);
    assert.equal(await start.isVisible(), false);

    await page.getByLabel('Careful').check();
    await recipeHas('epochs: 5');
    await rounds.fill('7');
    await rounds.press('Enter');
    await recipeHas('epochs: 7');
    await yaml.fill((await yaml.inputValue()).replace('epochs: 7', 'epochs: 9'));
    await until(async () => (await rounds.inputValue()) === '9', 'rounds 9');

    await page.getByText('Measure', { exact: true }).click();
    await start.waitFor();
    const needs = (await page.locator('.needs').textContent()) ?? '';
    assert.match(
      needs,
      /1\.0 GB of 8\.0 GB.*about 40 s.*training 30 s, held-out losses 6 s, answers 4 s.*1\.0 MB of 1\.0 GB free/,
    );
    // What is typed a moment before the press must not be started as it was before.
    const isOff = await page.evaluate(`(() => {
      const area = document.querySelector('textarea.yaml');
      area.value += ' ';
      area.dispatchEvent(new Event('input'));
      const start = [...document.querySelectorAll('vscode-button')].find((each) => each.textContent === 'Start');
      const isOff = start.hasAttribute('disabled');
      area.value = area.value.slice(0, -1);
      area.dispatchEvent(new Event('input'));
      return isOff;
    })()`);
    assert.equal(isOff, true);
    await rounds.fill('many');
    await rounds.press('Enter');
    await page.getByText(/Line \d+: training\.epochs: expected a number/).waitFor();
    assert.equal(await start.isVisible(), false, 'another recipe is not measured');
    await rounds.fill('9');
    await rounds.press('Enter');
    await start.click();
    const started = said.findLast((message) => message.type === 'start');
    assert.match(started?.yaml ?? '', /^dataset: facts # mine\nbase: small\n[\s\S]*epochs: 9\n/);
    assert.deepEqual(opened.complaints, []);
  });

  test('a recipe that counts steps says so, and one waits for the device or queues at once', async () => {
    const said: NewRunToHost[] = [];
    let answer: (message: unknown) => void = () => {};
    let isFree = false;
    await using opened = await openWebview<NewRunToHost>(browser!, {
      name: 'newRun',
      state: { yaml: 'base: small\ndataset: facts\ntraining:\n  steps: 150\n', effort: 'balanced' },
      onMessage: (message, send) => {
        said.push(message);
        answer = send;
        const base = {
          name: 'small',
          bytes: 3e6,
          parameters: 3e6,
          file_type: 'F16',
          context_length: 256,
          refusal: null,
        };
        const datasets = [{ name: 'facts', version: 1, rows: 20 }];
        if (message.type === 'ready') {
          send({ type: 'choices', bases: [base], datasets });
        } else if (message.type === 'edit') {
          const { revision, yaml, changes } = message;
          const { recipe_yaml, recipe, problems } = editRecipe({ recipe_yaml: yaml, changes }, 'en');
          send({ type: 'recipe', revision, yaml: recipe_yaml, settings: recipe && flattenRecipe(recipe), problems });
        } else if (message.type === 'recommend') {
          const { effort, method } = message;
          const task = { method, effort, parameters: 3e6, fileType: 'F16', rows: 20 };
          send({ type: 'recommended', effort, settings: recommendSettings(task, 'en') });
        } else if (message.type === 'measure') {
          if (isFree) send({ type: 'measured', yaml: message.yaml, measured: measuredAs({ disk_bytes: 2e9 }) });
          else send({ type: 'waiting', run: 'other', seconds_left: 370 });
        }
      },
    });
    const { page } = opened;
    const steps = page.getByLabel('Steps, instead of rounds').filter({ visible: true });
    await until(async () => (await steps.count()) === 1, 'one field of steps');
    assert.equal(await steps.inputValue(), '150');
    assert.equal(
      await page.getByLabel('Rounds (epochs)').isVisible(),
      false,
      'rounds that decide nothing are not shown',
    );
    await page.getByText('About 30 rounds over the rows.').waitFor();
    await page.getByText('your own values').waitFor();

    await page.getByText('Measure', { exact: true }).click();
    await page.getByText('other is being trained.').waitFor();
    assert.match((await page.locator('.needs').textContent()) ?? '', /About 6 min 10 s left/);
    await page.getByText('Add to queue', { exact: true }).click();
    assert.deepEqual(said.at(-1)?.type, 'start');
    await page.getByText('Cancel', { exact: true }).click();
    assert.deepEqual(said.at(-1)?.type, 'stopMeasuring');
    answer({ type: 'waiting', run: 'other', seconds_left: 300 });
    await page.getByText('Not measured yet.').waitFor();

    isFree = true;
    await page.getByText('Measure', { exact: true }).click();
    await page.getByText('This needs more disk than is free.').waitFor();
    const start = page.locator('vscode-button', { hasText: 'Start' });
    assert.equal(await start.getAttribute('disabled'), '');
    answer({ type: 'measured', yaml: (said.at(-1) as { yaml: string }).yaml, measured: measuredAs({ earlier: true }) });
    await page.getByText('Another run is using it now').waitFor();
    assert.equal(
      await page.locator('vscode-button', { hasText: 'Add to queue' }).first().getAttribute('disabled'),
      null,
    );

    await page.getByText('Count rounds instead').click();
    await page.getByLabel('Rounds (epochs)').waitFor();
    assert.doesNotMatch(await page.getByLabel('Recipe').inputValue(), /\n {2}steps:/);
    await page.getByLabel('Recipe').fill('base: small\ndataset: facts\ntraining:\n  steps: 40\n');
    await until(async () => (await steps.inputValue()) === '40', 'steps 40');
    await page.getByLabel('Quick look').check();
    await until(async () => !(await page.getByLabel('Recipe').inputValue()).includes('\n  steps:'), 'rounds again');
    assert.match(await page.getByLabel('Recipe').inputValue(), /epochs: 1/);
    assert.deepEqual(opened.complaints, []);
  });

  test('a new run without a model and data says how to get them, and begins with what was brought in', async () => {
    const said: NewRunToHost[] = [];
    const facts = { bytes: 3e6, parameters: 3e6, file_type: 'F16', context_length: 256, refusal: null };
    const bases: { name: string }[] = [];
    const datasets: { name: string; version: number; rows: number }[] = [];
    await using opened = await openWebview<NewRunToHost>(browser!, {
      name: 'newRun',
      state: { yaml: '', effort: 'balanced' },
      onMessage: (message, send) => {
        said.push(message);
        if (message.type === 'import') {
          if (message.what !== 'dataset') bases.push({ name: 'small', ...facts });
          if (message.what !== 'base') datasets.push({ name: 'facts', version: 1, rows: 20 });
        }
        if (message.type === 'ready' || message.type === 'import') send({ type: 'choices', bases, datasets });
        if (message.type !== 'edit') return;
        const { revision, yaml, changes } = message;
        const { recipe_yaml, recipe, problems } = editRecipe({ recipe_yaml: yaml, changes }, 'en');
        send({ type: 'recipe', revision, yaml: recipe_yaml, settings: recipe && flattenRecipe(recipe), problems });
      },
    });
    const { page } = opened;
    const button = (text: string) => page.getByText(text).filter({ visible: true });
    const importing = { base: button('Import a model…'), dataset: button('Import data…') };
    const seen = async () => [await importing.base.isVisible(), await importing.dataset.isVisible()];
    await button('There is no base model yet.').waitFor();
    await until(async () => said.some(({ type }) => type === 'edit'), 'the empty recipe is looked at');
    assert.deepEqual(await seen(), [true, true]);
    assert.equal(await page.getByText('Bring in the tutorial').isVisible(), true);
    assert.equal(await page.locator('.codicon-error:visible, [aria-invalid=true]:visible').count(), 0);
    assert.equal(await page.getByText('Measure', { exact: true }).isVisible(), false);

    await importing.base.click();
    await until(async () => (await seen()).join() === 'false,true', 'only the data are missing');
    await importing.dataset.click();
    const yaml = page.getByLabel('Recipe', { exact: true });
    await until(async () => /base: small\ndataset: facts/.test(await yaml.inputValue()), 'both in the recipe');
    assert.equal(await page.locator('.problems li').count(), 0);
    assert.deepEqual(opened.complaints, []);
  });

  test('what is typed is not overwritten by a recommendation that comes after it', async () => {
    const answers: (() => void)[] = [];
    await using opened = await openWebview<NewRunToHost>(browser!, {
      name: 'newRun',
      state: { yaml: 'dataset: facts\n', effort: 'balanced' },
      onMessage: (message, send) => {
        if (message.type === 'ready') {
          const facts = { bytes: 3e6, parameters: 3e6, file_type: 'F16', context_length: 256, refusal: null };
          const datasets = [{ name: 'facts', version: 1, rows: 20 }];
          send({ type: 'choices', bases: [{ name: 'small', ...facts }], datasets });
        } else if (message.type === 'edit') {
          const { revision, yaml, changes } = message;
          const { recipe_yaml, recipe, problems } = editRecipe({ recipe_yaml: yaml, changes }, 'en');
          send({ type: 'recipe', revision, yaml: recipe_yaml, settings: recipe && flattenRecipe(recipe), problems });
        } else if (message.type === 'recommend') {
          const { effort, method } = message;
          const settings = recommendSettings({ method, effort, parameters: 3e6, fileType: 'F16', rows: 20 }, 'en');
          answers.push(() => send({ type: 'recommended', effort, settings }));
        }
      },
    });
    const { page } = opened;
    const yaml = page.getByLabel('Recipe', { exact: true });
    await until(async () => answers.length > 0, 'a recommendation that is asked for');
    const typed = 'base: small\ndataset: facts\ntraining:\n  steps: 7\n  learning_rate: 0.001\n';
    await yaml.fill(typed);
    await until(async () => (await page.getByLabel(/learning rate/).inputValue()) === '0.001', 'what was typed');
    for (const answer of answers) answer();
    await page.getByText('your own values').waitFor();
    assert.equal(await yaml.inputValue(), typed);
  });

  test('runs are overlaid, and only what differs is told, in Japanese', async () => {
    const compared = (id: string, rank: number) => ({
      ...{ id, name: `run ${id}`, state: 'succeeded', created_at: run.created_at, base: 'small', dataset: 'facts@1' },
      ...{ seconds: 60, step: 10, train_loss: 1, held_out_loss: 1, verdict: run.verdict },
      settings: { ...settings, 'lora.rank': rank },
    });
    const runs = [compared('a', 4), compared('b', 16)];
    await using opened = await openWebview<CompareToHost>(browser!, {
      name: 'compareRuns',
      state: { ids: ['a'], smoothing: 0, logScale: false, heldOut: true },
      language: 'ja',
      theme: 'light',
      onMessage: (message, send) => {
        if (message.type === 'ready') {
          send({
            type: 'choices',
            runs: runs.map(({ id, name, state, created_at }) => ({ id, name, state, created_at })),
          });
        }
        const wanted = message.type === 'ready' ? message.ids : message.type === 'read' ? [message.id] : [];
        for (const each of runs) if (wanted.includes(each.id)) send({ type: 'run', run: each, metrics: metricsOf(10) });
      },
    });
    const { page } = opened;
    await page.getByLabel('run b').check();
    await page.getByRole('row', { name: '変化の幅(ランク) 4 16' }).waitFor();
    assert.equal(await page.getByText('歩幅(学習率)').count(), 0);
    await page.getByRole('img', { name: '2 件の学習の損失曲線' }).waitFor();
    assert.deepEqual(((await opened.kept()) as { ids: string[] }).ids, ['a', 'b']);
    assert.deepEqual(opened.complaints, []);
  });
});
