/**
 * The part of VS Code's API that the extension uses, written by hand: what the extension shows is kept in `editor`, and
 * what a person answers is put there. One editor a process.
 */
import { EventEmitter as NodeEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

type Listener<T> = (value: T) => unknown;

export class Disposable {
  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const each of disposables) each.dispose();
    });
  }
  readonly #end: () => unknown;
  /** Where it was made, for whoever looks for a leak. */
  readonly from = new Error().stack;
  #ended = false;
  constructor(end: () => unknown) {
    this.#end = end;
    editor.alive.add(this);
  }
  dispose(): void {
    if (this.#ended) return;
    this.#ended = true;
    editor.alive.delete(this);
    this.#end();
  }
}

export class EventEmitter<T> {
  readonly #node = new NodeEmitter().setMaxListeners(0);
  event = (listener: Listener<T>): Disposable => {
    this.#node.on('event', listener);
    return new Disposable(() => this.#node.off('event', listener));
  };
  fire(value: T): void {
    this.#node.emit('event', value);
  }
  dispose(): void {
    this.#node.removeAllListeners();
  }
}

export class ThemeIcon {
  readonly id: string;
  readonly color: ThemeColor | undefined;
  constructor(id: string, color?: ThemeColor) {
    this.id = id;
    this.color = color;
  }
}
export class ThemeColor {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
}
export class TreeItem {
  label: string;
  collapsibleState: number;
  id?: string;
  description?: string;
  tooltip?: string | MarkdownString;
  iconPath?: ThemeIcon;
  contextValue?: string;
  command?: { command: string; arguments?: unknown[] };
  resourceUri?: Uri;
  accessibilityInformation?: { label: string };
  constructor(label: string, collapsibleState = 0) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}
export class MarkdownString {
  value: string;
  isTrusted?: boolean;
  supportHtml?: boolean;
  supportThemeIcons?: boolean;
  constructor(value = '') {
    this.value = value;
  }
}
export class Uri {
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static from({ scheme, path, query = '' }: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(scheme, path, query);
  }
  static joinPath(uri: Uri, ...parts: string[]): Uri {
    return new Uri(uri.scheme, join(uri.path, ...parts));
  }
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
  constructor(scheme: string, path: string, query = '') {
    this.scheme = scheme;
    this.path = path;
    this.query = query;
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export const TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 };
export const ViewColumn = { Active: -1 };
export const ConfigurationTarget = { Global: 1, Workspace: 2 };

export interface Provider {
  getChildren(row?: unknown): unknown;
  getTreeItem(row: unknown): TreeItem | Promise<TreeItem>;
  onDidChangeTreeData: (listener: Listener<unknown>) => Disposable;
}
/** A row of one of the trees: an item by itself, or with what it stands for. */
export type Row =
  | TreeItem
  | { readonly item: TreeItem; readonly value: { readonly id: string; readonly name: string } };
export interface FakeView {
  readonly id: string;
  readonly provider: Provider;
  visible: boolean;
  badge?: { value: number; tooltip: string } | undefined;
  message?: string | undefined;
  dispose(): void;
}
export interface Decorator {
  provideFileDecoration(uri: Uri): { badge: string; tooltip: string } | undefined;
}
export interface Shown {
  readonly kind: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly detail: string | undefined;
  readonly buttons: readonly string[];
}
export class FakePage {
  readonly viewType: string;
  title: string;
  readonly posted: unknown[] = [];
  readonly #toHost = new EventEmitter<unknown>();
  readonly #disposed = new EventEmitter<void>();
  readonly webview = {
    options: {},
    html: '',
    cspSource: 'https://page.test',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.#toHost.event,
    postMessage: async (message: unknown) => {
      this.posted.push(message);
      return true;
    },
  };
  readonly onDidDispose = this.#disposed.event;
  constructor(viewType: string, title: string) {
    this.viewType = viewType;
    this.title = title;
  }
  /** What the page says to its panel. */
  say(message: unknown): void {
    this.#toHost.fire(message);
  }
  reveal(): void {}
  dispose(): void {
    this.#disposed.fire();
  }
}
export interface FakeStatusItem {
  readonly id: string;
  text: string;
  tooltip: unknown;
  command: unknown;
  visible: boolean;
}

/** What the editor shows and what a person answers. */
export const editor = {
  /** Disposables that nobody has disposed of. */
  alive: new Set<Disposable>(),
  views: new Map<string, FakeView>(),
  pages: [] as FakePage[],
  status: new Map<string, FakeStatusItem>(),
  commands: new Map<string, (...args: never[]) => unknown>(),
  executed: [] as { readonly command: string; readonly args: readonly unknown[] }[],
  context: new Map<string, unknown>(),
  shown: [] as Shown[],
  picks: [] as { readonly items: readonly { label: string; description?: string }[]; readonly title: string }[],
  progress: [] as { readonly title: string; readonly location: unknown; readonly cancellable: boolean }[],
  log: [] as string[],
  decorator: null as Decorator | null,
  settings: new Map<string, unknown>(),
  isTrusted: true,
  trustGranted: new EventEmitter<void>(),
  settingsChanged: new EventEmitter<{ affectsConfiguration(section: string): boolean }>(),
  /** The button that is pressed; undefined closes the message. */
  answer: (_shown: Shown): string | undefined => undefined,
  /** The file that is chosen to be written, and the text that is typed; undefined closes the dialog. */
  saveTo: undefined as string | undefined,
  typed: undefined as string | undefined,
  /** As it is when nothing has been activated. */
  reset(): void {
    for (const kept of [this.alive, this.views, this.status, this.commands, this.context, this.settings]) kept.clear();
    for (const list of [this.pages, this.executed, this.shown, this.picks, this.progress, this.log]) list.length = 0;
    this.isTrusted = true;
    this.decorator = null;
    this.answer = () => undefined;
    this.saveTo = undefined;
    this.typed = undefined;
  },
};

export const commands = {
  registerCommand(name: string, run: (...args: never[]) => unknown): Disposable {
    editor.commands.set(name, run);
    return new Disposable(() => editor.commands.delete(name));
  },
  async executeCommand(command: string, ...args: unknown[]): Promise<unknown> {
    if (command === 'setContext') editor.context.set(String(args[0]), args[1]);
    else editor.executed.push({ command, args });
    return editor.commands.get(command)?.(...(args as never[]));
  },
};

async function show(kind: Shown['kind'], message: string, rest: unknown[]): Promise<string | undefined> {
  const [first] = rest;
  const options = typeof first === 'object' && first !== null ? (first as { detail?: string }) : undefined;
  const buttons = rest.filter((each) => typeof each === 'string');
  const shown: Shown = { kind, message, detail: options?.detail, buttons };
  editor.shown.push(shown);
  return editor.answer(shown);
}
const write =
  (level: string) =>
  (text: unknown): void =>
    void editor.log.push(`${level} ${text instanceof Error ? text.message : String(text)}`);

export const window = {
  createOutputChannel: (_name: string, _options: unknown) => ({
    ...{
      trace: write('trace'),
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
    },
    show: () => void editor.log.push('(shown)'),
    dispose: () => {},
  }),
  createTreeView(id: string, { treeDataProvider }: { treeDataProvider: Provider }): FakeView {
    const view: FakeView = { id, provider: treeDataProvider, visible: true, dispose: () => editor.views.delete(id) };
    editor.views.set(id, view);
    return view;
  },
  createStatusBarItem(id: string) {
    const item: FakeStatusItem = { id, text: '', tooltip: undefined, command: undefined, visible: false };
    editor.status.set(id, item);
    return Object.assign(item, {
      show: () => {
        item.visible = true;
      },
      hide: () => {
        item.visible = false;
      },
      dispose: () => editor.status.delete(id),
    });
  },
  createWebviewPanel(viewType: string, title: string): FakePage {
    const page = new FakePage(viewType, title);
    editor.pages.push(page);
    return page;
  },
  registerFileDecorationProvider: (provider: Decorator) => {
    editor.decorator = provider;
    return new Disposable(() => {});
  },
  registerWebviewPanelSerializer: () => new Disposable(() => {}),
  onDidCloseTerminal: new EventEmitter<unknown>().event,
  onDidStartTerminalShellExecution: new EventEmitter<unknown>().event,
  onDidEndTerminalShellExecution: new EventEmitter<unknown>().event,
  createTerminal: () => ({ show: () => {}, sendText: () => {}, dispose: () => {} }),
  showInformationMessage: (message: string, ...rest: unknown[]) => show('information', message, rest),
  showWarningMessage: (message: string, ...rest: unknown[]) => show('warning', message, rest),
  showErrorMessage: (message: string, ...rest: unknown[]) => show('error', message, rest),
  async showQuickPick(items: { label: string }[], options: { title?: string } = {}) {
    editor.picks.push({ items, title: options.title ?? '' });
    return items[0];
  },
  showSaveDialog: async () => (editor.saveTo === undefined ? undefined : Uri.file(editor.saveTo)),
  showInputBox: async () => editor.typed,
  setStatusBarMessage: () => new Disposable(() => {}),
  withProgress<T>(
    options: { title?: string; location: unknown; cancellable?: boolean },
    work: (progress: { report(): void }, token: { onCancellationRequested(): { dispose(): void } }) => Promise<T>,
  ): Promise<T> {
    editor.progress.push({
      title: options.title ?? '',
      location: options.location,
      cancellable: options.cancellable ?? false,
    });
    return work({ report: () => {} }, { onCancellationRequested: () => ({ dispose: () => {} }) });
  },
};

export const workspace = {
  get isTrusted(): boolean {
    return editor.isTrusted;
  },
  workspaceFolders: undefined,
  onDidGrantWorkspaceTrust: (listener: Listener<void>) => editor.trustGranted.event(listener),
  onDidChangeConfiguration: (listener: Listener<{ affectsConfiguration(section: string): boolean }>) =>
    editor.settingsChanged.event(listener),
  getConfiguration: (section: string) => ({
    get: (name: string, fallback: unknown) => editor.settings.get(`${section}.${name}`) ?? fallback,
    inspect: (name: string) => ({ globalValue: editor.settings.get(`${section}.${name}`) }),
  }),
};

export const env = {
  language: 'en',
  remoteName: undefined as string | undefined,
  clipboard: { writeText: async (_text: string) => {} },
};

/** What `activate` gets; `root` is the extension's folder, `storage` is for what it keeps. */
export function fakeContext(root: string, storage: string) {
  const kept = new Map<string, unknown>();
  const memento = {
    get: (key: string, fallback?: unknown) => kept.get(key) ?? fallback,
    update: async (key: string, value: unknown) => void kept.set(key, value),
    keys: () => [...kept.keys()],
    setKeysForSync: () => {},
  };
  return {
    subscriptions: [] as { dispose(): unknown }[],
    extensionPath: root,
    extensionUri: Uri.file(root),
    globalStorageUri: Uri.file(storage),
    globalState: memento,
    workspaceState: memento,
    asAbsolutePath: (path: string) => join(root, path),
    extension: { id: basename(root), packageJSON: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) },
  };
}
