import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '../../contract/run.ts';
import { packageRoot } from '../../files/packageRoot.ts';
import { formatDuration, formatShare } from '../../l10n/format.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { showAnswers } from '../showAnswers.ts';
import { quote, showDone, showResult, showScores, showWhere } from '../showResult.ts';
import { facts } from '../table.ts';
import { importDataset, importModel } from './import.ts';
import { preflight, train } from './train.ts';

const folder = join(packageRoot, 'media/tutorial');

/** What the tutorial promises; the run that has just been made is held to it. */
const promise = { lossRatio: 0.2, tunedShare: 0.8, baseShare: 0.3 } as const;

/** `tatara tutorial`: the whole way, from a data file to a tuned model that answers. */
export async function firstTutorial(cli: Cli): Promise<void> {
  const started = performance.now();
  const { style } = cli;
  const title = (key: Parameters<Cli['text']>[0]): void => cli.lines('', style.bold(cli.text(key)));

  title('tutorial.importing');
  await importModel(cli, join(folder, 'base.gguf'), 'tutorial-base');
  const imported = await importDataset(cli, join(folder, 'tutorial-1.jsonl'), {});
  if (!imported) return;
  await importDataset(cli, join(folder, 'tutorial-1.held-out.jsonl'), {});
  await importDataset(cli, join(folder, 'tutorial-1.old-facts.jsonl'), {});
  cli.say('tutorial.intro', { rows: imported.dataset.rows });

  const filename = 'tutorial-1.recipe.yaml';
  const create = { recipe_yaml: await readFile(join(folder, filename), 'utf8'), filename };
  title('tutorial.preflight');
  await preflight(cli, create);

  cli.lines(style.bold(cli.text('tutorial.train')));
  // Its scores come after the answers, as the result of the whole.
  const run = await train(cli, create, (_, ended) => (ended.state === 'succeeded' ? showDone : showResult)(cli, ended));
  if (run.state !== 'succeeded') return;

  title('tutorial.compare');
  showAnswers(cli, run.evaluation?.held_out?.answers ?? []);

  title('tutorial.result');
  if (run.evaluation) showScores(cli, run.evaluation);
  holdToPromise(cli, run);
  await showWhere(cli, run);
  cli.say('tutorial.took', { duration: formatDuration(cli.language, (performance.now() - started) / 1000) });
  showNext(cli, run);
}

/** Says whether the run kept the promise, and fails the command where it did not. */
function holdToPromise(cli: Cli, run: Run): void {
  const heldOut = run.evaluation?.held_out;
  if (!heldOut) throw new Error('the tutorial run has no evaluation');
  const ratio = (heldOut.tuned_loss ?? Number.POSITIVE_INFINITY) / (heldOut.base_loss ?? Number.NaN);
  const details = {
    ratio: formatShare(ratio),
    maxRatio: formatShare(promise.lossRatio),
    tuned: formatShare(heldOut.tuned.share),
    minTuned: formatShare(promise.tunedShare),
    base: formatShare(heldOut.base.share),
    maxBase: formatShare(promise.baseShare),
  };
  const broken = [
    ratio <= promise.lossRatio ? '' : cli.text('tutorial.brokenLoss', details),
    heldOut.tuned.share >= promise.tunedShare ? '' : cli.text('tutorial.brokenTuned', details),
    heldOut.base.share <= promise.baseShare ? '' : cli.text('tutorial.brokenBase', details),
  ].filter((reason) => reason !== '');
  if (broken.length === 0) {
    cli.lines(`${cli.style.good('✓')} ${cli.text('tutorial.kept', details)}`);
  } else {
    cli.error(`${cli.style.bad('✗')} ${cli.text('tutorial.broken', { reasons: broken.join(', ') })}`);
    cli.exitCode = exitCode.failed;
  }
}

/** The next steps, each one a command that works as it stands. */
function showNext(cli: Cli, run: Run): void {
  const steps: [string, string][] = [
    [cli.text('tutorial.ask'), `${cli.command} chat ${quote(run.name)} --compare`],
    [cli.text('tutorial.lessons'), `${cli.command} tutorial levels`],
    [cli.text('tutorial.own'), cli.text('tutorial.ownHow')],
  ];
  // Whoever starts Tatara from its sources has not got it in the editor yet.
  if (cli.command !== 'tatara') {
    const vsix = `dist/tatara-${process.platform}-${process.arch}.vsix`;
    steps.push([cli.text('tutorial.editor'), cli.text('tutorial.editorHow', { vsix })]);
  }
  cli.lines('', cli.style.bold(cli.text('tutorial.next')), ...facts(steps).map((line) => `  ${line}`));
}
