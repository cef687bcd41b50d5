/**
 * Makes the tutorial model and its data sets anew: `npm run tutorial-model`. With `--data-only` only the data sets; with
 * `--resume` a training run that was stopped (Ctrl-C) or killed goes on from its last checkpoint.
 */
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type EngineEvent,
  protocolVersion,
  type Schedule,
  type TrainRequest,
} from '../../../native/contract/messages.ts';
import { rowEncoder, vocabularyOf } from './chat.ts';
import { shareRight } from './checkAnswers.ts';
import { runEngine } from './engine.ts';
import { shape, writeInitialModel } from './initialModel.ts';
import { type LossPoint, lossChart } from './lossChart.ts';
import { random } from './random.ts';
import { exchange, type Question, trainingText } from './rows.ts';
import { writeTokenFile } from './tokenFile.ts';
import { newFacts, oldQuestions, tutorialFiles } from './tutorialData.ts';

const seed = 1;
const schedule: Schedule = {
  steps: 900,
  batchSize: 64,
  gradientAccumulation: 1,
  learningRate: 3e-3,
  scheduler: 'cosine',
  warmupSteps: 40,
  weightDecay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  maxGradientNorm: 1,
  seed,
  contextLength: shape.context,
  gradientCheckpointing: false,
  evaluateEvery: 100,
  checkpointEvery: 100,
};
const checkedQuestions = 600;

const folder = join(import.meta.dirname, '..');
const workplace = join(import.meta.dirname, '../../../.tatara/tutorial-model');

const { values: options } = parseArgs({
  options: {
    'data-only': { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(Math.max(1, availableParallelism() - 1)) },
  },
});
for (const [name, content] of tutorialFiles()) writeFileSync(join(folder, name), content);
if (!options['data-only']) await makeModel();

async function makeModel(): Promise<void> {
  if (!options.resume) rmSync(workplace, { recursive: true, force: true });
  mkdirSync(workplace, { recursive: true });
  const { trained, keptBack } = trainingText();
  const checked = random(3).shuffled(keptBack).slice(0, checkedQuestions);
  const vocabulary = vocabularyOf(trained);
  const { row } = rowEncoder(vocabulary);
  const initial = join(workplace, 'initial.gguf');
  const trainPath = join(workplace, 'train.tokens');
  const heldOutPath = join(workplace, 'kept-back.tokens');
  writeInitialModel(initial, vocabulary, seed);
  writeTokenFile(trainPath, trained.map(row));
  writeTokenFile(
    heldOutPath,
    checked.map((question) => row(exchange(question))),
  );
  console.log(`${trained.length} conversations to learn, ${keptBack.length} questions kept back.`);

  const record = await train({
    type: 'train',
    protocolVersion,
    basePath: initial,
    baseHash: hashOf(initial),
    method: { kind: 'full', outputType: 'Q8_0' },
    schedule,
    data: { trainPath, heldOutPath },
    device: 'CPU',
    threads: Number(options.threads),
    runDirectory: workplace,
    resume: options.resume,
    metadata: { made_by: 'npm run tutorial-model' },
  });

  const base = join(folder, 'base.gguf');
  copyFileSync(record.modelPath, base);
  const hash = hashOf(base);
  const right = async (questions: readonly Question[]) => Number((await shareRight(base, hash, questions)).toFixed(4));
  const answersRight = {
    unseenPhrasingsEnglish: await right(checked.filter(({ language }) => language === 'en')),
    unseenPhrasingsJapanese: await right(checked.filter(({ language }) => language === 'ja')),
    oldFacts: await right(oldQuestions()),
    newFacts: await right(newFacts().heldOut),
  };
  const { modelPath: _, ...made } = record;
  const recorded = {
    command: 'npm run tutorial-model',
    hash,
    ...made,
    machine: `${arch()}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? 'unknown'}`,
    node: process.version,
    answersRight,
    initialModel: hashOf(initial),
    schedule,
  };
  writeFileSync(join(folder, 'base.loss.json'), `${JSON.stringify(recorded, null, 1)}\n`);
  writeFileSync(join(folder, 'base.loss.svg'), lossChart(record.training, record.keptBack));
  console.log('Answered word for word:', answersRight);
  console.log(`${base}\n${hash}`);
}

interface TrainingRecord {
  modelPath: string;
  engineVersion: string;
  ggmlVersion: string;
  cpuVariant: string;
  threads: number;
  parameters: number;
  /** Sum over the steps of this process: a run that was resumed lacks the time before. */
  secondsOfSteps: number;
  /** Mean over each ten steps. */
  training: LossPoint[];
  keptBack: LossPoint[];
}

async function train(request: TrainRequest): Promise<TrainingRecord> {
  const record: TrainingRecord = {
    modelPath: '',
    engineVersion: '',
    ggmlVersion: '',
    cpuVariant: '',
    threads: 0,
    parameters: 0,
    secondsOfSteps: 0,
    training: [],
    keptBack: [],
  };
  const recent: number[] = [];
  const last = await runEngine(request, (event: EngineEvent) => {
    switch (event.type) {
      case 'ready':
        record.engineVersion = event.engineVersion;
        record.ggmlVersion = event.ggmlVersion;
        record.cpuVariant = event.variants.cpu ?? '';
        record.threads = event.threads;
        record.parameters = event.trainableParameters;
        break;
      case 'step':
        record.secondsOfSteps += event.seconds;
        recent.push(event.loss);
        if (event.step % 10 === 0) {
          const loss = recent.reduce((sum, value) => sum + value, 0) / recent.length;
          recent.length = 0;
          record.training.push({ step: event.step, loss: Number(loss.toPrecision(4)) });
          const { step, steps, seconds, tokens } = event;
          console.log(
            `step ${step} of ${steps}: loss ${loss.toPrecision(3)}, ${Math.round(tokens / seconds)} tokens/s`,
          );
        }
        break;
      case 'heldOut':
        record.keptBack.push({ step: event.step, loss: Number(event.loss.toPrecision(4)) });
        console.log(`unseen phrasings after step ${event.step}: loss ${event.loss.toPrecision(3)}`);
        break;
    }
  });
  if (last.type === 'trained' && last.modelPath !== undefined) {
    return { ...record, modelPath: last.modelPath, secondsOfSteps: Math.round(record.secondsOfSteps) };
  }
  if (last.type === 'stopped') {
    console.log(`Stopped at step ${last.step}. Go on with: npm run tutorial-model -- --resume`);
    process.exit(130);
  }
  throw new Error(`the engine ended with ${JSON.stringify(last)}`);
}

function hashOf(path: string): string {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
