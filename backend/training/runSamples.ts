import { availableMemory } from 'node:process';
import type { EngineEvent } from '../../native/contract/messages.ts';
import type { Samples } from '../contract/run.ts';
import { answeredRows } from '../evaluation/evaluateRun.ts';
import { answerLimit, askQuestions, type Question } from '../evaluation/questions.ts';
import type { ModelRecord } from '../models/ports.ts';
import type { ModelFile } from './ports.ts';
import { progressEvents } from './progressEvents.ts';
import type { RunEnvironment } from './runEnvironment.ts';
import type { StoredRunEvent } from './runStore.ts';
import { SampleBudget } from './sampleBudget.ts';

type Sample = Extract<EngineEvent, { type: 'sample' }>;

export interface RunSamplesOptions {
  readonly environment: Pick<RunEnvironment, 'store' | 'journal' | 'answerers' | 'log'>;
  readonly runId: string;
  readonly base: Pick<ModelRecord, 'path' | 'hash' | 'bytes'>;
  /** Read once, when they are needed first. */
  readonly questions: () => Promise<readonly Question[]>;
  readonly signal: AbortSignal;
}

/** More tokens of an answer are not needed to see where it goes. */
const mostTokens = 128;
/** Whatever has not been said after so many ms is not waited for: the training stands still meanwhile. */
const timeLimit = 60_000;
/** Asking takes the base's weights and a little beside them. */
const memoryFactor = 1.2;
const memoryBeside = 200e6;

/**
 * Asks a run a few questions on its way, while its engine waits. What is answered becomes events; what goes wrong here
 * is told and never the run's own failure.
 */
export class RunSamples {
  readonly #options: RunSamplesOptions;
  readonly #budget = new SampleBudget();
  readonly #started = performance.now();
  #questions: readonly Question[] | null = null;

  constructor(options: RunSamplesOptions) {
    this.#options = options;
  }

  async take(sample: Sample): Promise<void> {
    const { environment, runId, signal, base } = this.#options;
    const before = samplesOf(environment.store.eventsOfTypes(runId, ['ready', 'samples']));
    if (before.some(({ step, left_out }) => step === sample.step && left_out === null)) return;
    const started = performance.now();
    const tell = (said: Pick<Samples, 'answers' | 'left_out'>): void =>
      environment.journal.change(runId, {}, { type: 'samples', step: sample.step, ...said });
    const leaveOut = (left_out: Samples['left_out']): void => tell({ answers: [], left_out });
    if (!this.#budget.allows((started - this.#started) / 1000)) return leaveOut('time');
    if (availableMemory() < base.bytes * memoryFactor + memoryBeside) return leaveOut('memory');
    const late = AbortSignal.timeout(timeLimit);
    try {
      this.#questions ??= await this.#options.questions();
      if (this.#questions.length === 0) return;
      progressEvents(environment.journal, runId, 'sampling')(0);
      const answers = await this.#answers(sample, this.#questions, before, AbortSignal.any([signal, late]));
      tell({ answers, left_out: null });
    } catch (error) {
      if (signal.aborted) return;
      environment.log.write('warn', 'the model could not be asked', { run: runId, step: sample.step, error });
      leaveOut(late.aborted ? 'time' : 'failed');
    } finally {
      this.#budget.spend((performance.now() - started) / 1000);
    }
  }

  async #answers(sample: Sample, questions: readonly Question[], before: readonly Samples[], signal: AbortSignal) {
    const { path, hash } = this.#options.base;
    const ask = async (file: ModelFile): Promise<string[]> => {
      await using answerer = await this.#options.environment.answerers.open(file, true);
      return await askQuestions(answerer, questions, { maxTokens: answerLimit(questions, mostTokens), signal });
    };
    // The base answers the same each time.
    const said = before.find(({ answers }) => sameQuestions(answers, questions))?.answers.map(({ base }) => base);
    const byBase = said ?? (await ask({ path, hash }));
    const { step, adapterPath, modelPath } = sample;
    const byTuned =
      adapterPath !== undefined
        ? await ask({ path, hash, adapterPath })
        : modelPath !== undefined
          ? await ask({ path: modelPath, hash: `${this.#options.runId} ${step}` })
          : byBase;
    return answeredRows(questions, byBase, byTuned);
  }
}

/** By step: those of steps that were made again count as they came last. */
export function samplesOf(events: readonly StoredRunEvent[]): Samples[] {
  const found = new Map<number, Samples>();
  for (const event of events) {
    if (event.type === 'ready') {
      for (const step of found.keys()) if (step >= event.first_step) found.delete(step);
    } else if (event.type === 'samples') {
      const { step, answers, left_out } = event;
      found.set(step, { step, answers, left_out });
    }
  }
  return [...found.values()].sort((a, b) => a.step - b.step);
}

function sameQuestions(answers: Samples['answers'], questions: readonly Question[]): boolean {
  return (
    answers.length === questions.length &&
    answers.every(
      (answer, i) => answer.question === questions[i]!.question && answer.expected === questions[i]!.expected,
    )
  );
}
