/**
 * Panels with a page of `webviews/` in them. A kind of panel is described once:
 *
 *     export const runPanel: PanelKind<RunToHost, RunToPage, RunPageState> = {
 *       name: 'run',                       // webviews/run/main.ts and main.css; view type `tatara.run`
 *       toHost: RunToHost, toPage: RunToPage, state: RunPageState,
 *       keyOf: (state) => state.runId,     // opening the same key again shows the panel that is there
 *       title: (state, language) => …,
 *       serve(panel) {                     // called once a panel, new or brought back after a reload
 *         const following = new AbortController();
 *         return {
 *           receive: async (message) => { const backend = await panel.backend(); panel.send({ … }); },
 *           dispose: () => following.abort(),
 *         };
 *       },
 *     };
 *
 * `Panels.register('run', async () => (await import('./runHost.ts')).runPanel)` gives the opener: `open(state)`.
 * `activate` registers every kind, so that VS Code can bring panels back, and loads none. From one panel to another it
 * goes by commands, see `extension/commands/pages.ts`. What `receive` throws is shown as an error message in the reader's language and logged; a page that has
 * its own place for an error catches it itself and sends `errorOf(error)`.
 *
 * `panel.backend()` starts the backend where it is not up. `panel.onBackendBack` fires when it was restarted: whatever
 * followed the old one asks again.
 */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type * as z from 'zod';
import type { Backend } from '../../backend/client/backend.ts';
import type { Language } from '../../backend/contract/common.ts';
import { loadContract } from '../backend/loadContract.ts';
import { pageHtml } from './pageHtml.ts';

export interface PanelKind<ToHost, ToPage, State> {
  readonly name: string;
  readonly toHost: z.ZodType<ToHost>;
  readonly toPage: z.ZodType<ToPage>;
  readonly state: z.ZodType<State>;
  keyOf(state: State): string;
  title(state: State, language: Language): string;
  serve(panel: Panel<ToPage, State>): PanelService<ToHost>;
}

export interface Panel<ToPage, State> {
  /** What the panel was opened with, or what the page had kept. */
  readonly state: State;
  readonly language: Language;
  /** Sends after the panel was closed are dropped. */
  send(message: ToPage): void;
  setTitle(title: string): void;
  backend(): Promise<Backend>;
  readonly onBackendBack: vscode.Event<void>;
  close(): void;
}

export interface PanelService<ToHost> {
  receive(message: ToHost): void | Promise<void>;
  dispose(): void;
}

/** What panels need of the extension. */
export interface PanelContext {
  readonly extensionUri: vscode.Uri;
  readonly language: Language;
  backend(): Promise<Backend>;
  readonly onBackendBack: vscode.Event<void>;
  /** Tells the reader, once, and logs. */
  showError(error: unknown): void;
}

export interface PanelOpener<State> {
  open(state: State, column?: vscode.ViewColumn): Promise<void>;
}

export class Panels implements vscode.Disposable {
  readonly #context: PanelContext;
  readonly #open = new Map<string, vscode.WebviewPanel>();
  readonly #registered: vscode.Disposable[] = [];

  constructor(context: PanelContext) {
    this.#context = context;
  }

  register<ToHost, ToPage, State>(
    name: string,
    loadKind: () => Promise<PanelKind<ToHost, ToPage, State>>,
  ): PanelOpener<State> {
    const load = async () => {
      await loadContract();
      return loadKind();
    };
    const viewType = `tatara.${name}`;
    this.#registered.push(
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel, kept: unknown) => {
          const kind = await load();
          const state = kind.state.safeParse(kept);
          // A page of another version: what it was about is not known any more.
          if (state.success) this.#fill(kind, panel, state.data);
          else panel.dispose();
        },
      }),
    );
    return {
      open: async (state, column) => {
        const kind = await load();
        const there = this.#open.get(`${name}:${kind.keyOf(state)}`);
        if (there) return there.reveal(column);
        const title = kind.title(state, this.#context.language);
        const panel = vscode.window.createWebviewPanel(viewType, title, column ?? vscode.ViewColumn.Active);
        this.#fill(kind, panel, state);
      },
    };
  }

  dispose(): void {
    for (const registered of this.#registered) registered.dispose();
    for (const panel of [...this.#open.values()]) panel.dispose();
  }

  #fill<ToHost, ToPage, State>(kind: PanelKind<ToHost, ToPage, State>, panel: vscode.WebviewPanel, state: State): void {
    const context = this.#context;
    const pages = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webviews');
    const key = `${kind.name}:${kind.keyOf(state)}`;
    this.#open.set(key, panel);
    let closed = false;
    const service = kind.serve({
      state,
      language: context.language,
      send: (message) => {
        if (!closed) void panel.webview.postMessage(kind.toPage.parse(message));
      },
      setTitle: (title) => {
        if (!closed) panel.title = title;
      },
      backend: () => context.backend(),
      onBackendBack: context.onBackendBack,
      close: () => panel.dispose(),
    });
    const receiving = panel.webview.onDidReceiveMessage(async (message: unknown) => {
      try {
        await service.receive(kind.toHost.parse(message));
      } catch (error) {
        if (!closed) context.showError(error);
      }
    });
    panel.onDidDispose(() => {
      closed = true;
      if (this.#open.get(key) === panel) this.#open.delete(key);
      receiving.dispose();
      service.dispose();
    });
    panel.webview.options = { enableScripts: true, localResourceRoots: [pages] };
    panel.webview.html = pageHtml({
      source: panel.webview.cspSource,
      file: (name) => panel.webview.asWebviewUri(vscode.Uri.joinPath(pages, name)).toString(),
      name: kind.name,
      title: kind.title(state, context.language),
      language: context.language,
      state,
      nonce: randomBytes(16).toString('base64url'),
    });
  }
}
