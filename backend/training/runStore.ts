/** What the domain of runs needs of the data base. Implemented by backend/db. */
import type { StoredError } from '../contract/errorBody.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { Evaluation, RunEvent, RunState } from '../contract/run.ts';
import type { RunSummary, ShortVerdict } from '../contract/runSummary.ts';
import type { RunPlan } from './planRun.ts';

export interface NamedHash {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
}

export interface NamedVersion extends NamedHash {
  readonly version: number;
}

/** An engine process, and when it was started as the system tells it: a number alone may be another process by now. */
export interface EngineIdentity {
  readonly pid: number;
  readonly startTime: string;
}

export interface RunRecord {
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly recipe: Recipe;
  readonly base: NamedHash;
  readonly dataset: NamedVersion;
  readonly heldOutDataset: NamedVersion | null;
  readonly regressionDataset: NamedVersion | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** The order of the queue; a run that goes back into it after a crash keeps its place. */
  readonly queueOrder: number;
  readonly queuePlace: number | null;
  readonly step: number;
  readonly steps: number;
  readonly secondsLeft: number | null;
  readonly trainLoss: number | null;
  readonly heldOutLoss: number | null;
  readonly checkpointStep: number | null;
  readonly engineVersion: string | null;
  readonly device: string | null;
  readonly error: StoredError | null;
  readonly adapterId: string | null;
  readonly modelId: string | null;
  readonly evaluation: Evaluation | null;
  /** Of the evaluation. */
  readonly verdict: ShortVerdict | null;
  /** Made when it was first run; a resumed run goes on by the same plan. */
  readonly plan: RunPlan | null;
  readonly engine: EngineIdentity | null;
  /** What was asked of a running run and must hold even where the backend dies before it is done. */
  readonly wanted: 'pause' | 'cancel' | null;
  /** How often in a row the backend died under the run while no engine was at work. */
  readonly interruptions: number;
  /** Whose checkpoint it began with. */
  readonly continuedFrom: { readonly id: string; readonly name: string; readonly step: number } | null;
}

export type RunChange = Partial<Omit<RunRecord, 'id' | 'name' | 'recipe' | 'base' | 'dataset' | 'createdAt'>>;

/** A run as lists show it, its error still without words. */
export type SummaryRecord = Omit<RunSummary, 'error'> & { readonly error: StoredError | null };

type OmitEach<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type StoredRunEvent =
  | Exclude<RunEvent, { type: 'state' }>
  | (Omit<Extract<RunEvent, { type: 'state' }>, 'error'> & { readonly error: StoredError | null });
/** An event before it has its number and time. */
export type NewRunEvent = OmitEach<StoredRunEvent, 'id' | 'at'>;

export interface RunStore {
  /** All of it or nothing; calls inside of it may nest. */
  transaction<T>(work: () => T): T;
  /** The highest order of the queue so far, 0 where there was none. */
  lastQueueOrder(): number;
  add(run: RunRecord): void;
  get(id: string): RunRecord | null;
  /** Newest first. */
  list(filter: { readonly state?: RunState | undefined; readonly offset: number; readonly limit: number }): {
    readonly runs: readonly RunRecord[];
    readonly total: number;
  };
  /** Newest first; empty states: all. */
  summaries(filter: { readonly states: readonly RunState[]; readonly offset: number; readonly limit: number }): {
    readonly runs: readonly SummaryRecord[];
    readonly total: number;
  };
  names(): readonly string[];
  /** In the order of the queue. */
  inStates(states: readonly RunState[]): readonly RunRecord[];
  /** The change and the events that tell of it, in one transaction. */
  change(id: string, change: RunChange, events: readonly NewRunEvent[], at: string): void;
  /** Events with numbers above `after`, in order. */
  events(id: string, after: number, limit: number): readonly StoredRunEvent[];
  eventsOfTypes(id: string, types: readonly StoredRunEvent['type'][]): readonly StoredRunEvent[];
  /** 0 where there is none. */
  lastEvent(id: string): number;
  /** With its events. */
  delete(id: string): void;
}
