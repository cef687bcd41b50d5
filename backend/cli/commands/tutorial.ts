import type { Command } from 'commander';
import { bringIn } from '../../client/bringIn.ts';
import type { Lesson, LessonVerification } from '../../contract/lesson.ts';
import type { RecipeEdit } from '../../contract/recipeEdit.ts';
import type { RunCreate } from '../../contract/run.ts';
import type { Cli } from '../cli.ts';
import { exitCode } from '../exitCode.ts';
import { showAnswers } from '../showAnswers.ts';
import { UsageError } from '../usageError.ts';
import { wrap } from '../width.ts';
import { firstTutorial } from './firstTutorial.ts';
import { preflight, train } from './train.ts';

/** `tatara tutorial`: the first way through; and `levels`, `show`, `train` and `verify` for the lessons after it. */
export function addTutorial(program: Command, cli: Cli): void {
  const tutorial = program
    .command('tutorial')
    .description(cli.text('help.tutorial'))
    .action(() => firstTutorial(cli));
  tutorial
    .command('levels')
    .description(cli.text('help.tutorial.levels'))
    .action(() => showLevels(cli));
  tutorial
    .command('show')
    .argument('<level>', cli.text('help.tutorial.level'))
    .description(cli.text('help.tutorial.show'))
    .action(async (level: string) => {
      const lesson = await readLesson(cli, level);
      cli.result(lesson);
      cli.lines(lesson.markdown.trimEnd());
    });
  tutorial
    .command('train')
    .argument('<level>', cli.text('help.tutorial.level'))
    .option('--set <setting=value...>', cli.text('help.tutorial.set'))
    .option('--no-preflight', cli.text('help.train.noPreflight'))
    .description(cli.text('help.tutorial.train'))
    .action((level: string, options: TrainOptions) => trainLesson(cli, level, options));
  tutorial
    .command('verify')
    .argument('<level>', cli.text('help.tutorial.level'))
    .option('--answers', cli.text('help.tutorial.answers'))
    .description(cli.text('help.tutorial.verify'))
    .action((level: string, { answers }: { answers?: true }) => verifyLesson(cli, level, answers === true));
}

interface TrainOptions {
  readonly set?: readonly string[];
  /** False with --no-preflight. */
  readonly preflight: boolean;
}

async function readLesson(cli: Cli, level: string): Promise<Lesson> {
  return (await cli.backend()).call('readLesson', { params: { id: level } });
}

async function showLevels(cli: Cli): Promise<void> {
  const { lessons } = await (await cli.backend()).call('listLessons');
  cli.result({ lessons });
  for (const { level, title, summary, warning } of lessons) {
    cli.lines(cli.style.bold(title), ...wrap(summary, cli.columns - 2).map((line) => `  ${line}`));
    if (warning !== null) cli.lines(...wrap(warning, cli.columns - 2).map((line) => `  ${cli.style.bad(line)}`));
    cli.lines(`  ${cli.command} tutorial show ${level}`, '');
  }
}

async function trainLesson(cli: Cli, level: string, options: TrainOptions): Promise<void> {
  const lesson = await readLesson(cli, level);
  const changes = (options.set ?? []).map(changeOf);
  const backend = await cli.backend();
  if (lesson.warning !== null) cli.lines(cli.style.bad(lesson.warning), '');
  cli.progress(cli.text('tutorial.bringing'));
  await bringIn(backend, lesson.files);
  const edited = await backend.call('editRecipe', { body: { recipe_yaml: lesson.recipe_yaml, changes } });
  // What is wrong with it is told by the backend when the run is created, with the line.
  const create: RunCreate = { recipe_yaml: edited.recipe_yaml, filename: lesson.recipe_name };
  if (options.preflight) await preflight(cli, create);
  const run = await train(cli, create);
  if (run.state === 'succeeded') cli.say('tutorial.check', { level: lesson.level });
}

/** `training.learning_rate=0.01`; what is a number or a truth value in YAML is one here. */
function changeOf(text: string): NonNullable<RecipeEdit['changes']>[number] {
  const [, path, value] = /^([a-z0-9_.]+)=(.+)$/.exec(text) ?? [];
  if (path === undefined || value === undefined) throw new UsageError('usage.setting', { value: text });
  if (value === 'true' || value === 'false') return { path, value: value === 'true' };
  return { path, value: value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value) };
}

async function verifyLesson(cli: Cli, level: string, withAnswers: boolean): Promise<void> {
  const backend = await cli.backend();
  cli.progress(cli.text('tutorial.verifying'));
  const verification = await backend.call('verifyLesson', { params: { id: level } });
  cli.result(verification);
  showVerification(cli, verification);
  if (withAnswers && verification.answers.length > 0) {
    cli.lines('');
    showAnswers(cli, verification.answers);
  }
  if (!verification.passed) cli.exitCode = exitCode.failed;
}

function showVerification(cli: Cli, { checks, passed, level }: LessonVerification): void {
  const { style } = cli;
  for (const check of checks) {
    const mark = check.passed ? style.good('✓') : style.bad('✗');
    cli.lines(
      `${mark} ${check.title}`,
      ...wrap(check.measured, cli.columns - 4).map((line) => `    ${style.dim(line)}`),
    );
    if (check.next !== null)
      cli.lines(...wrap(check.next, cli.columns - 6).map((line, at) => `    ${at === 0 ? '→' : ' '} ${line}`));
  }
  const done = checks.filter((check) => check.passed).length;
  cli.lines('');
  if (passed) cli.say('tutorial.passed', { level });
  else cli.say('tutorial.open', { level, done, total: checks.length });
}
