/**
 * Makes the runs of the three lessons in a data directory of its own and draws what they measured: `npm run
 * lesson-figures`, with `-- ja 2` for one language and one level. The shares that the texts of the lessons name are printed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LessonVerification } from '../../../backend/contract/lesson.ts';
import { Run, RunMetrics } from '../../../backend/contract/run.ts';
import { type Language, languages } from './attributes.ts';
import { type Curve, lessonFigure } from './lessonFigure.ts';

const root = join(import.meta.dirname, '../../..');
const home = mkdtempSync(join(tmpdir(), 'tatara-lessons-'));

const words = {
  en: {
    step: 'step',
    loss: 'Loss over steps',
    train: 'training loss',
    heldOut: 'held-out loss',
    ranked: 'held-out loss, rank',
    rated: 'held-out loss, learning rate',
  },
  ja: {
    step: 'ステップ',
    loss: 'ステップごとの損失',
    train: '学習の損失',
    heldOut: '検証の損失',
    ranked: '検証の損失、ランク',
    rated: '検証の損失、学習率',
  },
} as const satisfies Record<Language, Record<string, string>>;

const asked = process.argv.slice(2);
/** Where none of a kind is named, all of them are asked for. */
function isAsked(one: string, all: readonly string[]): boolean {
  return asked.includes(one) || !all.some((each) => asked.includes(each));
}
const levels = ['1', '2', '3'];
try {
  for (const language of languages) if (isAsked(language, languages)) draw(language);
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

function draw(language: Language): void {
  const say = words[language];
  // A lesson is read with its picture, also while that is made for the first time.
  for (const level of [1, 2, 3]) if (!existsSync(pathOf(language, level))) write(language, level, []);
  if (isAsked('1', levels)) {
    const { metrics, heldOut } = trained(language, 1);
    write(language, 1, [
      { label: say.train, colour: 'blue', points: points(metrics.step, metrics.loss) },
      { label: say.heldOut, colour: 'orange', points: heldOut },
    ]);
  }
  if (isAsked('2', levels)) {
    const narrow = trained(language, 2, 'lora.rank=1', 'lora.alpha=2');
    const wide = trained(language, 2);
    write(language, 2, [
      { label: `${say.ranked} 1`, colour: 'orange', isDashed: true, points: narrow.heldOut },
      { label: `${say.ranked} 8`, colour: 'orange', points: wide.heldOut },
    ]);
  }
  if (isAsked('3', levels)) {
    const fast = trained(language, 3, 'training.learning_rate=0.01');
    const careful = trained(language, 3);
    write(language, 3, [
      { label: `${say.rated} 0.01`, colour: 'orange', isDashed: true, points: fast.heldOut },
      { label: `${say.rated} 0.001`, colour: 'orange', points: careful.heldOut },
    ]);
  }
}

function pathOf(language: Language, level: number): string {
  return join(import.meta.dirname, `../levels/level-${level}.${language}.svg`);
}

/** Draws, and tells what the verification of the lesson says by now. */
function write(language: Language, level: number, curves: readonly Curve[]): void {
  writeFileSync(
    pathOf(language, level),
    lessonFigure(words[language].loss, words[language].step, level === 1 ? 'linear' : 'logarithmic', curves),
  );
  if (curves.length === 0) return;
  const { checks } = LessonVerification.parse(tatara(language, 'tutorial', 'verify', String(level)).at(-1));
  for (const { title, measured, passed } of checks) console.log(`  ${passed ? '✓' : '✗'} ${title}: ${measured}`);
}

function trained(language: Language, level: number, ...settings: readonly string[]) {
  const changes = settings.flatMap((setting) => ['--set', setting]);
  const lines = tatara(language, 'tutorial', 'train', String(level), '--no-preflight', ...changes);
  const { id, evaluation } = Run.parse((lines.at(-1) as { run: unknown }).run);
  const metrics = RunMetrics.parse(tatara(language, 'runs', 'metrics', id).at(-1));
  const { held_out: heldOut, regression } = evaluation ?? {};
  console.log(language, level, settings.join(' ') || 'as it is', '·', heldOut?.tuned, regression?.tuned ?? '');
  for (const { question, tuned, tuned_right: isRight } of heldOut?.answers ?? []) {
    if (!isRight) console.log(`    ${question} → ${tuned}`);
  }
  return { metrics, heldOut: points(metrics.held_out.step, metrics.held_out.loss) };
}

function points(steps: readonly number[], losses: readonly number[]): Curve['points'] {
  return steps.map((step, index) => ({ step, loss: losses[index] ?? Number.NaN }));
}

/** The command line as anybody starts it; what it says as JSON, a document a line. */
function tatara(language: Language, ...args: readonly string[]): unknown[] {
  const command = [...process.execArgv, join(root, 'backend/cli.ts'), '--json', '--lang', language, ...args];
  let output: string;
  try {
    output = execFileSync(process.execPath, command, {
      encoding: 'utf8',
      env: { ...process.env, TATARA_HOME: home },
      maxBuffer: 1e9,
    });
  } catch (error) {
    // A verification that is not passed ends with 1, and says why.
    output = (error as { stdout: string }).stdout;
  }
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
