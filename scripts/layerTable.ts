/**
 * Who may import whom, as data. `docs/architecture.md` says the same in words, and a test holds the two together.
 * A zone is a folder or a file; the longest path wins.
 */
export interface Zone {
  readonly path: string;
  /** Zones that it may import beside itself. */
  readonly imports: readonly string[];
  /** Packages; `node:` stands for every built-in module of Node. */
  readonly packages: readonly string[];
  /** Completes "may not import X: …". */
  readonly why: string;
}

const domainFolders = [
  'backend/datasets',
  'backend/recipes',
  'backend/models',
  'backend/jobs',
  'backend/training',
  'backend/inference',
  'backend/evaluation',
  'backend/doctor',
  'backend/tutorial',
] as const;

/** Files of the domain in which it says what it needs of others; the only ones by which its folders know each other. */
const ports = ['backend/training/ports.ts', 'backend/training/runStore.ts'] as const;
const wholeDomain = [...domainFolders, ...ports];

/** How a text is filled and how a number is written, the same in terminals and on pages; it knows no text itself. */
const wording = [
  'backend/l10n/fillText.ts',
  'backend/l10n/format.ts',
  'backend/l10n/language.ts',
  'backend/l10n/plainText.ts',
] as const;
/** Recipes side by side; knows nothing but the shape of one. */
const settings = 'backend/contract/settings.ts';
const ground = ['backend/contract', 'backend/files', 'backend/log', 'backend/l10n', ...wording] as const;
const domainWhy =
  'the domain knows the contract and ports; Express, SQL, VS Code and the engine stay outside, and only training and tutorial know other folders of the domain';

function domain(path: (typeof domainFolders)[number], more: Partial<Pick<Zone, 'imports' | 'packages'>> = {}): Zone {
  return {
    path,
    imports: [...ground, ...ports, ...(more.imports ?? [])],
    packages: ['node:', 'zod', ...(more.packages ?? [])],
    why: domainWhy,
  };
}

const nativeLayers = ['ffi', 'ggml', 'ops', 'models', 'train', 'host'] as const;
const nativeZones = nativeLayers.map((layer, index): Zone => {
  const below = nativeLayers.slice(0, index).map((name) => `native/${name}`);
  return {
    path: `native/${layer}`,
    imports: ['native/contract', 'native/formats', ...below],
    packages: ['node:', 'zod', ...(layer === 'ffi' ? ['koffi'] : [])],
    why: `native is layered ${nativeLayers.join(' <- ')}, downward only, and never touches the backend`,
  };
});

export const zones: readonly Zone[] = [
  { path: 'webviews/contract', imports: [], packages: ['zod'], why: 'a contract imports zod and nothing else' },
  {
    path: 'webviews',
    imports: ['webviews/contract', settings, ...wording],
    packages: ['zod', '@vscode-elements/elements', 'uplot', 'markdown-it'],
    why: 'a webview runs in a browser and talks only to its host panel',
  },
  {
    path: 'extension',
    imports: ['webviews/contract', 'backend/contract', settings, 'backend/client', 'backend/files', ...wording],
    packages: ['node:', 'vscode', 'zod'],
    why: 'the extension speaks to the backend over HTTP, by the contract and its client',
  },
  { path: 'backend/contract', imports: [], packages: ['zod'], why: 'a contract imports zod and nothing else' },
  {
    path: 'backend/l10n',
    imports: ['backend/contract', ...wording],
    packages: ['node:'],
    why: 'texts need nothing but languages',
  },
  { path: settings, imports: ['backend/contract'], packages: [], why: 'pages compare runs by it too' },
  ...wording.map((path) => ({ path, imports: ['backend/contract'], packages: [], why: 'pages use it too' })),
  { path: 'backend/files', imports: ['backend/contract'], packages: ['node:'], why: 'file helpers are common ground' },
  { path: 'backend/log', imports: ['backend/contract'], packages: ['node:'], why: 'the log is common ground' },
  domain('backend/datasets'),
  domain('backend/recipes', { packages: ['yaml'] }),
  domain('backend/models'),
  domain('backend/jobs'),
  domain('backend/training', { imports: [...domainFolders, 'native/contract'] }),
  ...ports.map(
    (path): Zone => ({
      path,
      imports: ['backend/contract', 'native/contract', 'backend/training', ...ports],
      packages: [],
      why: 'a port names what is needed, in words of the contract',
    }),
  ),
  domain('backend/inference', { packages: ['node-llama-cpp', '@huggingface/jinja'] }),
  domain('backend/evaluation'),
  domain('backend/doctor'),
  domain('backend/tutorial', { imports: ['backend/datasets', 'backend/evaluation'] }),
  {
    path: 'backend/db',
    imports: [...ground, ...wholeDomain],
    packages: ['node:', 'zod', 'better-sqlite3'],
    why: 'the stores implement ports of the domain and know nothing above it',
  },
  {
    path: 'backend/engines',
    imports: [...ground, ...wholeDomain, 'native/contract', 'native/formats'],
    packages: ['node:', 'zod'],
    why: 'engines reach native by its contract and its file formats only',
  },
  {
    path: 'backend/http',
    imports: [...ground, ...wholeDomain],
    packages: ['node:', 'zod', 'express'],
    why: 'the HTTP layer maps requests to the domain and goes no deeper',
  },
  {
    path: 'backend/openai',
    imports: [...ground, ...wholeDomain, 'backend/http'],
    packages: ['node:', 'zod', 'express'],
    why: "OpenAI's surface maps to the domain and goes no deeper",
  },
  {
    path: 'backend/client',
    imports: ['backend/contract', 'backend/files'],
    packages: ['node:', 'zod'],
    why: 'a client knows the backend by its contract',
  },
  {
    path: 'backend/cli',
    imports: ['backend/contract', settings, 'backend/client', 'backend/l10n', 'backend/files', ...wording],
    packages: ['node:', 'zod', 'commander'],
    why: 'the command line speaks to the backend over HTTP, as the extension does',
  },
  {
    path: 'backend/cli.ts',
    imports: ['backend/cli'],
    packages: ['node:'],
    why: 'the command line speaks to the backend over HTTP, as the extension does',
  },
  {
    path: 'backend/app.ts',
    imports: [...ground, ...wholeDomain, 'backend/http', 'backend/openai'],
    packages: ['node:', 'express'],
    why: 'the app is put together from parts that main hands to it',
  },
  {
    path: 'backend/createBackend.ts',
    imports: [...ground, ...wholeDomain, 'backend/app.ts', 'backend/http', 'backend/db', 'backend/engines'],
    packages: ['node:'],
    why: 'the parts are put together here and do nothing themselves',
  },
  {
    path: 'backend/runBackend.ts',
    imports: [...ground, 'backend/http', 'backend/db', 'backend/createBackend.ts'],
    packages: ['node:'],
    why: 'the life of the process knows lock, log and leases, and nothing of the domain',
  },
  {
    path: 'backend/main.ts',
    imports: ['backend/contract', 'backend/files', 'backend/runBackend.ts'],
    packages: ['node:'],
    why: 'the entry point reads the environment and does nothing itself',
  },
  { path: 'native/contract', imports: [], packages: ['zod'], why: 'a contract imports zod and nothing else' },
  { path: 'native/formats', imports: [], packages: ['node:'], why: 'file formats are pure TypeScript on Node alone' },
  ...nativeZones,
  {
    path: 'media',
    imports: ['native/contract', 'native/formats', 'backend/contract', 'backend/inference'],
    packages: ['node:'],
    why: 'the tutorial model is made with the file formats and the engine process, and asked through inference',
  },
];

/** Packages that belong to one place, and how the message says so. */
export const packageOwners: Readonly<Record<string, string>> = {
  vscode: 'only extension imports vscode',
  'better-sqlite3': 'only backend/db imports better-sqlite3',
  koffi: 'only native/ffi imports the FFI library',
  express: 'only backend/http, backend/openai and backend/app.ts import Express',
  'node-llama-cpp': 'only backend/inference imports node-llama-cpp',
};

/** Every folder that holds sources; a file outside of every zone is itself an error. */
export const sourceFolders = ['backend', 'extension', 'native', 'media', 'webviews'];
