import * as vscode from 'vscode';
import type { Backend } from '../../backend/client/backend.ts';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { Adapter, Model } from '../../backend/contract/model.ts';
import type { Run } from '../../backend/contract/run.ts';
import type { BackendKeeper } from '../backend/backendKeeper.ts';

/** What the backend has, as the trees and the status bar show it. */
export interface Shelf {
  readonly datasets: readonly Dataset[];
  /** The newest; `runCount` is of all. */
  readonly runs: readonly Run[];
  readonly runCount: number;
  readonly models: readonly Model[];
  readonly adapters: readonly Adapter[];
}

/** How often a run that is going on is looked at, and how often everything, ms: terminals change things too. */
const runEvery = 1500;
const allEvery = 15_000;
/** How many runs are shown at first, and how many more at each asking. */
const firstRuns = 50;
const moreRuns = 200;
/** The most that one answer of the backend has. */
const pageSize = 1000;

/**
 * What is known of the backend's data sets, runs and models, kept up to date while something looks at it or something
 * runs. It never starts the backend by itself.
 */
export class Library implements vscode.Disposable {
  readonly #keeper: BackendKeeper;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ended = new vscode.EventEmitter<Run>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #lookers = new Set<() => boolean>();
  #shelf: Shelf | null = null;
  #shown = '';
  #active = new Map<string, Run>();
  #wanted = firstRuns;
  #lastAll = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;

  readonly onDidChange = this.#changed.event;
  /** A run that was seen going on has ended. */
  readonly onRunEnded = this.#ended.event;

  constructor(keeper: BackendKeeper) {
    this.#keeper = keeper;
    const timer = setInterval(() => void this.#tick(), runEvery);
    this.#subscriptions = [
      new vscode.Disposable(() => clearInterval(timer)),
      keeper.onDidChange((state) => {
        if (state.type === 'ready') void this.refresh();
        else this.#forget();
      }),
    ];
  }

  get shelf(): Shelf | null {
    return this.#shelf;
  }

  /** Queued and running, as they were last seen. */
  get active(): readonly Run[] {
    return [...this.#active.values()];
  }

  /** While `isLooking` says so, everything is kept up to date. */
  watchFor(isLooking: () => boolean): void {
    this.#lookers.add(isLooking);
  }

  showMoreRuns(): Promise<void> {
    this.#wanted += moreRuns;
    return this.refresh();
  }

  /** Reads everything anew. Does nothing where no backend is up. */
  async refresh(): Promise<void> {
    // What was asked for before may be answered from before the change that is waited for.
    await this.#looking;
    this.#lastAll = Number.NEGATIVE_INFINITY;
    await this.#tick();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#ended.dispose();
  }

  #tick(): Promise<void> {
    const state = this.#keeper.state;
    if (state.type !== 'ready') return Promise.resolve();
    this.#looking ??= this.#look(state.backend)
      // A backend that does not answer is the keeper's matter.
      .catch(() => {})
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  async #look(backend: Backend): Promise<void> {
    const isAllDue = Date.now() - this.#lastAll > allEvery && this.#isWatched();
    if (isAllDue || this.#lastAll === Number.NEGATIVE_INFINITY) return this.#readAll(backend);
    if (!this.#isWatched()) return;
    const { runs } = await backend.call('listRuns', { query: { state: 'running', limit: 10 } });
    const before = [...this.#active.values()].filter(({ state }) => state === 'running').map(({ id }) => id);
    // One that has ended makes the next one run, and brings an adapter.
    if (runs.map(({ id }) => id).join() !== before.join()) return this.#readAll(backend);
    for (const run of runs) this.#active.set(run.id, run);
    if (this.#shelf) {
      const shown = this.#shelf.runs.map((run) => this.#active.get(run.id) ?? run);
      this.#take({ ...this.#shelf, runs: shown });
    }
  }

  #isWatched(): boolean {
    return this.#active.size > 0 || [...this.#lookers].some((isLooking) => isLooking());
  }

  async #readAll(backend: Backend): Promise<void> {
    this.#lastAll = Date.now();
    const [{ datasets }, { models }, { adapters }, listed, queued, running] = await Promise.all([
      backend.call('listDatasets'),
      backend.call('listBases'),
      backend.call('listAdapters'),
      readRuns(backend, this.#wanted),
      backend.call('listRuns', { query: { state: 'queued', limit: 100 } }),
      backend.call('listRuns', { query: { state: 'running', limit: 10 } }),
    ]);
    const active = new Map([...running.runs, ...queued.runs].map((run) => [run.id, run]));
    const gone = [...this.#active.keys()].filter((id) => !active.has(id));
    this.#active = active;
    this.#take({ datasets, models, adapters, runs: listed.runs, runCount: listed.total });
    for (const id of gone) {
      const run = listed.runs.find((each) => each.id === id) ?? (await backend.call('readRun', { params: { id } }));
      this.#ended.fire(run);
    }
  }

  #take(shelf: Shelf): void {
    this.#shelf = shelf;
    const shown = JSON.stringify([shelf.datasets, shelf.models, shelf.adapters, shelf.runCount, shelf.runs.map(facts)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#changed.fire();
  }

  #forget(): void {
    this.#shelf = null;
    this.#shown = '';
    this.#active = new Map();
    this.#lastAll = Number.NEGATIVE_INFINITY;
    this.#changed.fire();
  }
}

/** Of a run what is shown here; its answers are many. */
function facts({ id, name, state, step, seconds_left, queue_place, evaluation }: Run): readonly unknown[] {
  return [id, name, state, step, seconds_left, queue_place, evaluation !== null];
}

async function readRuns(backend: Backend, wanted: number): Promise<{ runs: readonly Run[]; total: number }> {
  const runs: Run[] = [];
  for (;;) {
    const limit = Math.min(pageSize, wanted - runs.length);
    const page = await backend.call('listRuns', { query: { offset: runs.length, limit } });
    runs.push(...page.runs);
    if (page.runs.length === 0 || runs.length >= Math.min(wanted, page.total)) return { runs, total: page.total };
  }
}
