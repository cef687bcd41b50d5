import { execFile } from 'node:child_process';

/**
 * What the probe does in the other Node: opens a data base in memory, and reads native memory through a view, which
 * Electron's memory cage refuses. Prints the version where both go.
 */
const program = `
const { createRequire } = require('node:module');
const load = createRequire(process.argv[1]);
const Database = load('better-sqlite3');
new Database(':memory:').close();
const koffi = load('koffi');
const memory = koffi.alloc('uint8_t', 8);
koffi.view(memory, 8);
koffi.free(memory);
process.stdout.write(process.versions.node);
`;

/** Longest that a Node may take to load the libraries, ms: a virus scanner may read them first. */
const longest = 30_000;

export type ProbedNode =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Whether the program at `path` is a Node that is new enough and loads the native packages beside `bundle`. Run in a
 * process of its own, since a library that does not fit may take its process down.
 */
export function probeNode(path: string, bundle: string): Promise<ProbedNode> {
  return new Promise((resolve) => {
    execFile(
      path,
      ['-e', program, bundle],
      { env: nodeEnvironment(process.env), timeout: longest, windowsHide: true },
      (error, stdout, stderr) => {
        if (error) {
          const said = stderr.split('\n').find((line) => /^\w*Error\b/.test(line.trim())) ?? error.message;
          return resolve({ ok: false, reason: said.trim().slice(0, 300) });
        }
        const version = stdout.trim();
        resolve(isRecent(version) ? { ok: true, version } : { ok: false, reason: `Node ${version}` });
      },
    );
  });
}

/** Makes an Electron behave as Node, and leaves out what the editor set up for its own processes. */
export function nodeEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ...rest } = environment;
  return { ...rest, ELECTRON_RUN_AS_NODE: '1' };
}

/** The bundles need what Node 22.14 has. */
function isRecent(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 14);
}
