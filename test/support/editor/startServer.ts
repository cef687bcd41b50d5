import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { joinBackend } from '../../../backend/client/connectBackend.ts';
import { defaultDataDirectory } from '../../../backend/files/dataDirectory.ts';

export interface ServerOptions {
  /** code-server's program. */
  readonly server: string;
  /** Absent: none is installed. */
  readonly vsix?: string;
  readonly language?: 'en' | 'ja';
  /** Settings of the user on top of those that keep the editor quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether every folder is trusted without asking. Absent: it is. */
  readonly trusted?: boolean;
  /** Lets a page run tests inside the extension host; it mutes some notices, so that other tests leave it off. */
  readonly testDriver?: boolean;
}

/** An editor's server with a home folder of its own, in which everything lies that it or the extension keeps. */
export interface EditorServer extends AsyncDisposable {
  readonly url: string;
  readonly home: string;
  /** Where the extension's backend keeps its data. */
  readonly dataDirectory: string;
  /** An empty folder to open. */
  readonly workspace: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Longest that the server may take to listen, ms; a busy machine takes a while. */
const startTimeout = 60_000;

const quiet = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.empty.hint': 'hidden',
  'window.menuBarVisibility': 'classic',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};

export async function startServer(options: ServerOptions): Promise<EditorServer> {
  // Short: sockets lie in it, and the path of a socket has at most 107 characters.
  const home = mkdtempSync(join(tmpdir(), 'tatara-ed-'));
  const user = join(home, 'user');
  const workspace = join(home, 'workspace');
  for (const path of [workspace, join(home, 'run'), join(user, 'User')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(home, 'config.yaml'), 'auth: none\n');
  writeFileSync(join(user, 'User/settings.json'), JSON.stringify({ ...quiet, ...options.settings }, null, 2));
  const environment = {
    PATH: process.env.PATH,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: join(home, 'run'),
    LANG: 'C.UTF-8',
    SHELL: '/bin/sh',
    EXTENSIONS_GALLERY: '{"serviceUrl":""}',
  };
  const folders = ['--config', join(home, 'config.yaml'), '--user-data-dir', user];
  folders.push('--extensions-dir', join(home, 'extensions'));
  if (options.vsix !== undefined) {
    const args = [options.server, ...folders, '--install-extension', options.vsix];
    await promisify(execFile)(process.execPath, args, { env: environment, cwd: home });
  }
  if (options.language === 'ja') writeLanguagePack(user);
  const child = spawn(
    process.execPath,
    [
      ...[options.server, ...folders, '--auth', 'none', '--bind-addr', '127.0.0.1:0'],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--disable-proxy'],
      ...['--ignore-last-opened', ...(options.trusted === false ? [] : ['--disable-workspace-trust'])],
      ...(options.language === 'ja' ? ['--locale', 'ja'] : []),
      ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
    ],
    { cwd: home, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = async (): Promise<void> => {
    await endGroup(child);
    await endBackend(environment);
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    const url = await listening(child);
    return {
      url,
      home,
      workspace,
      environment,
      dataDirectory: defaultDataDirectory(environment),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The address that the server says it listens on. */
async function listening(child: ChildProcess): Promise<string> {
  let said = '';
  const found = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      const address = /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (address) resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`The editor's server ended with ${code ?? signal}:\n${said}`)),
    );
  });
  const late = delay(startTimeout, null, { ref: false }).then(() => {
    throw new Error(`The editor's server did not listen within ${startTimeout} ms:\n${said}`);
  });
  return Promise.race([found, late]);
}

/** Ends the server with all processes that it has started, and waits until they are gone. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  const group = -child.pid;
  for (const [signal, longest] of [
    ['SIGTERM', 15_000],
    ['SIGKILL', 5000],
  ] as const) {
    const until = Date.now() + longest;
    if (!signalled(group, signal)) return;
    while (Date.now() < until) {
      if (!signalled(group, 0)) return;
      await delay(100);
    }
  }
}

/** The backend is a process group of its own, so that it outlives a window; a test ends it where it still runs. */
async function endBackend(environment: NodeJS.ProcessEnv): Promise<void> {
  const backend = await joinBackend({ environment });
  if (!backend) return;
  await backend.call('shutdown').catch(() => {});
  await backend[Symbol.asyncDispose]();
}

function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** A language pack without a single text: the editor itself stays English, but every extension is told Japanese. */
function writeLanguagePack(user: string): void {
  const translations = join(user, 'ja.i18n.json');
  writeFileSync(translations, JSON.stringify({ version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: 'tatara-test.ja' }, version: '1.0.0' }];
  const pack = { hash: 'tatara-test', label: '日本語', extensions, translations: { vscode: translations } };
  writeFileSync(join(user, 'languagepacks.json'), JSON.stringify({ ja: pack }));
}
