import { setImmediate as nextTurn } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Backend } from '../../backend/client/backend.ts';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { Adapter, Model } from '../../backend/contract/model.ts';
import type { RunSummary } from '../../backend/contract/runSummary.ts';
import type { Status } from '../../backend/contract/system.ts';
import type { BackendKeeper } from '../backend/backendKeeper.ts';

/** What the backend has, as the trees and the status bar show it. */
export interface Shelf {
  readonly datasets: readonly Dataset[];
  /** The newest; `runCount` is of all. */
  readonly runs: readonly RunSummary[];
  readonly runCount: number;
  readonly models: readonly Model[];
  readonly adapters: readonly Adapter[];
  readonly status: Status;
}

/** How often a run that is going on is looked at, and how often everything, ms: terminals change things too. */
const runEvery = 1500;
const allEvery = 15_000;
/** How many runs are shown at first, and how many more at each asking. */
const firstRuns = 50;
export const moreRuns = 200;
/** Runs of one answer: few enough to be checked without keeping other extensions waiting. */
const pageSize = 50;

/**
 * What is known of the backend's data sets, runs and models, kept up to date while something looks at it or something
 * runs. It never starts the backend by itself.
 */
export class Library implements vscode.Disposable {
  readonly #keeper: Pick<BackendKeeper, 'state' | 'onDidChange'>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ended = new vscode.EventEmitter<RunSummary>();
  readonly #subscriptions: vscode.Disposable[];
  readonly #lookers = new Set<() => boolean>();
  readonly #disposing = new AbortController();
  /** Data sets that could not be looked through; they are not tried again. */
  readonly #unreadable = new Set<string>();
  #shelf: Shelf | null = null;
  #shown = '';
  #active = new Map<string, RunSummary>();
  #wanted = firstRuns;
  #lastAll = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #digesting = false;

  readonly onDidChange = this.#changed.event;
  /** A run that was seen going on has ended. */
  readonly onRunEnded = this.#ended.event;

  constructor(keeper: Pick<BackendKeeper, 'state' | 'onDidChange'>) {
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
  get active(): readonly RunSummary[] {
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
    this.#disposing.abort();
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
    // By a clock that nobody sets.
    const isAllDue = performance.now() - this.#lastAll > allEvery && this.#isWatched();
    if (isAllDue || this.#lastAll === Number.NEGATIVE_INFINITY) return this.#readAll(backend);
    if (!this.#isWatched()) return;
    const { runs } = await backend.call('runSummaries', { query: { state: 'running', limit: 10 } });
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
    this.#lastAll = performance.now();
    const { datasets } = await backend.call('listDatasets');
    const { models } = await backend.call('listBases');
    const { adapters } = await backend.call('listAdapters');
    const listed = await readRuns(backend, this.#wanted);
    const going = await backend.call('runSummaries', { query: { state: 'running,queued', limit: 100 } });
    const status = await backend.call('status');
    const active = new Map(going.runs.map((run) => [run.id, run]));
    const gone = [...this.#active.values()].filter(({ id }) => !active.has(id));
    this.#active = active;
    this.#take({ datasets, models, adapters, runs: listed.runs, runCount: listed.total, status });
    for (const { id } of gone) {
      const run = listed.runs.find((each) => each.id === id) ?? (await readOne(backend, id));
      if (run) this.#ended.fire(run);
    }
    void this.#digest(backend);
  }

  /** Has the data sets looked through that nobody has looked through yet, one after the other. */
  async #digest(backend: Backend): Promise<void> {
    if (this.#digesting || !this.#isWatched()) return;
    this.#digesting = true;
    try {
      for (const { id, digest } of this.#shelf?.datasets ?? []) {
        if (digest || this.#unreadable.has(id)) continue;
        const found = await backend
          .call('datasetDigest', { params: { id }, signal: this.#disposing.signal })
          .catch(() => null);
        if (this.#disposing.signal.aborted || !this.#shelf) return;
        if (!found) {
          this.#unreadable.add(id);
          continue;
        }
        const datasets = this.#shelf.datasets.map((each) => (each.id === id ? { ...each, digest: found } : each));
        this.#take({ ...this.#shelf, datasets });
      }
    } finally {
      this.#digesting = false;
    }
  }

  #take(shelf: Shelf): void {
    this.#shelf = shelf;
    const shown = JSON.stringify({ ...shelf, status: { ...shelf.status, memory: 0, uptime_seconds: 0 } });
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

/** A run that is not among the newest any more; null where it has been deleted. */
async function readOne(backend: Backend, id: string): Promise<RunSummary | null> {
  const run = await backend.call('readRun', { params: { id } }).catch(() => null);
  const { summaryOf } = await import('../../backend/contract/runSummary.ts');
  return run && summaryOf(run);
}

async function readRuns(backend: Backend, wanted: number): Promise<{ runs: readonly RunSummary[]; total: number }> {
  const runs: RunSummary[] = [];
  for (;;) {
    const limit = Math.min(pageSize, wanted - runs.length);
    const page = await backend.call('runSummaries', { query: { offset: runs.length, limit } });
    runs.push(...page.runs);
    if (page.runs.length === 0 || runs.length >= Math.min(wanted, page.total)) return { runs, total: page.total };
    await nextTurn();
  }
}
