import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Backend } from '../../backend/client/backend.ts';
import type { Language } from '../../backend/contract/common.ts';
import type { Health } from '../../backend/contract/system.ts';
import { readSettings } from '../common/settings.ts';
import { followLog } from './followLog.ts';
import { loadContract } from './loadContract.ts';
import { Restarts } from './restarts.ts';
import type { StartOptions } from './startBackend.ts';

export type BackendState =
  /** Nobody has needed it yet, or it was stopped on purpose. */
  | { readonly type: 'off'; readonly stopped: boolean }
  | { readonly type: 'starting' }
  | { readonly type: 'ready'; readonly backend: Backend }
  | { readonly type: 'restarting' }
  /** `hasRun`: it did start, but ended too often; else it did not start. */
  | { readonly type: 'failed'; readonly error: unknown; readonly hasRun: boolean };

/** How often a backend that runs is asked whether it still does, and how long it may take to say so, ms. */
const askEvery = 2000;
const longestAnswer = 15_000;

/**
 * The backend of this window: started on first need, shared with other windows through its leases, watched, and started
 * again where it ended without being asked to.
 */
export class BackendKeeper implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #language: Language;
  readonly #changed = new vscode.EventEmitter<BackendState>();
  readonly #back = new vscode.EventEmitter<void>();
  readonly #crashed = new vscode.EventEmitter<unknown>();
  readonly #givenUp = new vscode.EventEmitter<void>();
  readonly #restarts = new Restarts();
  #state: BackendState = { type: 'off', stopped: false };
  #starting: Promise<Backend> | null = null;
  #watch: vscode.Disposable | null = null;
  #disposed = false;
  /** The last one crashed, and there is no new one yet. */
  #isGone = false;

  readonly onDidChange = this.#changed.event;
  /** It was started again; what was asked of the old one is to be asked again. */
  readonly onBack = this.#back.event;
  /** It ended without being asked to; told once, however often it is started again after that. */
  readonly onCrash = this.#crashed.event;
  /** It ended, and is not started again by itself any more: the state says why. */
  readonly onGivenUp = this.#givenUp.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel, language: Language) {
    this.#context = context;
    this.#log = log;
    this.#language = language;
  }

  get state(): BackendState {
    return this.#state;
  }

  /** The backend, started where it is not up. Throws what `connectBackend` throws, and `workspace_untrusted`. */
  connect(): Promise<Backend> {
    if (this.#state.type === 'ready') return Promise.resolve(this.#state.backend);
    // It has been left alone, so that this is somebody's wish.
    if (this.#state.type === 'failed') this.#restarts.forget();
    this.#starting ??= this.#start('starting').finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Takes the backend that another window has left running, if there is one; starts none. */
  async join(): Promise<void> {
    if (this.#state.type !== 'off' || !vscode.workspace.isTrusted) return;
    await loadContract();
    const { findRunning } = await import('./startBackend.ts');
    const backend = await findRunning(this.#options());
    if (!backend) return;
    // Whoever needed it meanwhile has one of his own.
    if (this.#state.type === 'off' && !this.#disposed) await this.#use(backend);
    else await backend[Symbol.asyncDispose]();
  }

  /** Ends it for every window, runs with a checkpoint. */
  async stop(): Promise<void> {
    const state = this.#state;
    if (state.type !== 'ready') return;
    this.#release();
    this.#set({ type: 'off', stopped: true });
    await state.backend.call('shutdown');
    await state.backend[Symbol.asyncDispose]();
  }

  async restart(): Promise<Backend> {
    this.#restarts.forget();
    await this.stop();
    return this.connect();
  }

  dispose(): void {
    this.#disposed = true;
    const state = this.#state;
    this.#release();
    if (state.type === 'ready') void state.backend[Symbol.asyncDispose]();
    for (const emitter of [this.#changed, this.#back, this.#crashed, this.#givenUp]) emitter.dispose();
  }

  async #start(as: 'starting' | 'restarting'): Promise<Backend> {
    if (!vscode.workspace.isTrusted) {
      const { TataraError } = await import('../../backend/contract/errors.ts');
      throw new TataraError('workspace_untrusted');
    }
    this.#set({ type: as });
    try {
      await loadContract();
      const { startBackend } = await import('./startBackend.ts');
      const backend = await startBackend(this.#options());
      await this.#use(backend);
      if (this.#isGone) this.#back.fire();
      this.#isGone = false;
      return backend;
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
      this.#set({ type: 'failed', error, hasRun: false });
      throw error;
    }
  }

  #options(): StartOptions {
    const { nodePath, dataDirectory } = readSettings();
    const { globalState } = this.#context;
    return {
      nodeSetting: nodePath,
      dataDirectory,
      language: this.#language,
      remembered: {
        get: () => globalState.get<string>('node'),
        set: (value) => void globalState.update('node', value),
      },
      report: (path, probed) => {
        if (probed.ok) this.#log.info(`Node ${probed.version} at ${path} fits.`);
        else this.#log.warn(`${path} does not fit: ${probed.reason}`);
      },
    };
  }

  async #use(backend: Backend): Promise<void> {
    const health = await backend.call('health');
    this.#log.info(
      `Backend ${health.version} at ${backend.url}, process ${health.pid}, data in ${health.data_directory}`,
    );
    this.#watch = await this.#follow(backend, health);
    this.#set({ type: 'ready', backend });
  }

  async #follow(backend: Backend, health: Health): Promise<vscode.Disposable> {
    const { dataLayout } = await import('../../backend/files/dataDirectory.ts');
    const log = followLog(dataLayout(health.data_directory).log, this.#log);
    let asking = false;
    let missed = 0;
    const ask = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        await backend.call('health', { signal: AbortSignal.timeout(longestAnswer) });
        missed = 0;
      } catch (error) {
        // A machine that wakes up finds its clock ahead and one answer late; a broken connection is certain.
        const isLate = error instanceof Error && error.name === 'TimeoutError';
        missed += 1;
        if (!isLate || missed > 1) void this.#lost(backend, error);
      } finally {
        asking = false;
      }
    };
    const timer = setInterval(() => void ask(), askEvery);
    return {
      dispose: () => {
        clearInterval(timer);
        log.dispose();
      },
    };
  }

  async #lost(backend: Backend, error: unknown): Promise<void> {
    if (this.#state.type !== 'ready' || this.#state.backend !== backend || this.#disposed) return;
    this.#log.error(`The backend ended: ${error instanceof Error ? error.message : String(error)}`);
    this.#release();
    this.#isGone = true;
    this.#set({ type: 'restarting' });
    this.#crashed.fire(error);
    void backend[Symbol.asyncDispose]();
    for (let wait = this.#restarts.next(); wait !== null; wait = this.#restarts.next()) {
      await delay(wait);
      // Whoever needed it meanwhile may have started it.
      if (this.#disposed || this.#state.type === 'ready') return;
      this.#starting ??= this.#start('restarting').finally(() => {
        this.#starting = null;
      });
      try {
        await this.#starting;
        return;
      } catch {
        // It is in the log, and the state says it; the next try may go better.
      }
    }
    if (this.state.type === 'restarting') this.#set({ type: 'failed', error, hasRun: true });
    if (this.state.type === 'failed' && !this.#disposed) this.#givenUp.fire();
  }

  #release(): void {
    this.#watch?.dispose();
    this.#watch = null;
  }

  #set(state: BackendState): void {
    if (this.#disposed) return;
    this.#state = state;
    void vscode.commands.executeCommand('setContext', 'tatara.backend', state.type);
    this.#changed.fire(state);
  }
}
