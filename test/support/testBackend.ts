import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Backend } from '../../backend/client/backend.ts';
import type { Language } from '../../backend/contract/common.ts';
import type { DatasetRow } from '../../backend/contract/dataset.ts';
import type { RecipeInput } from '../../backend/contract/recipe.ts';
import type { RunEvent } from '../../backend/contract/run.ts';
import { createBackend } from '../../backend/createBackend.ts';
import { dataLayout } from '../../backend/files/dataDirectory.ts';
import { listen } from '../../backend/http/listen.ts';
import { openLog } from '../../backend/log/log.ts';
import type { FakeScript } from './fakeEngine.ts';
import { tempDir } from './tempDir.ts';

export const testToken = 'a-token-for-tests-that-is-long-enough';
/** The model of the tutorial: small, and it has a chat template. */
export const tutorialBase = join(import.meta.dirname, '../../media/tutorial/base.gguf');

export interface TestBackend {
  readonly client: Backend;
  /** The same, answering in this language. */
  inLanguage(language: Language): Backend;
  readonly port: number;
  readonly directory: string;
  readonly logPath: string;
  /** What engines do that are started from now on. */
  script(script: FakeScript): void;
  /** Closes it as at the end of the process, and opens it again on the same data directory. */
  restart(): Promise<void>;
}

interface Running {
  readonly port: number;
  close(): Promise<void>;
}

/** A backend in this process on a port of its own, with the fake engine, over HTTP. */
export async function testBackend(t: TestContext, script: FakeScript = {}): Promise<TestBackend> {
  // Registered before the folder is made, so that it is done before the folder goes.
  const closing: (() => Promise<void>)[] = [];
  t.after(async () => {
    for (const close of closing) await close();
  });
  const directory = tempDir(t);
  const scriptPath = join(directory, 'script.json');
  const layout = dataLayout(join(directory, 'home'));
  const write = (next: FakeScript) => writeFileSync(scriptPath, JSON.stringify(next));
  write(script);
  let running = await open();
  closing.push(() => running.close());
  const inLanguage = (language: Language) => {
    const address = { port: running.port, token: testToken, pid: process.pid, version: 'test' };
    const backend = new Backend(address, language, () => {});
    closing.push(() => backend[Symbol.asyncDispose]());
    return backend;
  };
  let client = inLanguage('en');
  return {
    get client() {
      return client;
    },
    get port() {
      return running.port;
    },
    inLanguage,
    directory: layout.root,
    logPath: layout.log,
    script: write,
    async restart() {
      await running.close();
      running = await open();
      client = inLanguage('en');
    },
  };

  async function open(): Promise<Running> {
    const log = openLog(layout.log, [testToken]);
    let port = 0;
    const backend = await createBackend({
      layout,
      version: 'test',
      token: testToken,
      log,
      port: () => port,
      shutdown: () => {},
      engineCommand: [process.execPath, join(import.meta.dirname, 'fakeEngine.ts'), scriptPath],
    });
    const server = createServer(backend.app);
    await listen(server, { port: 0, host: '127.0.0.1' });
    port = (server.address() as AddressInfo).port;
    await backend.recover();
    return {
      port,
      async close() {
        server.close();
        await backend.close(2_000);
        server.closeAllConnections();
        await log[Symbol.asyncDispose]();
      },
    };
  }
}

/** Imports the tutorial's base as `base`, and twenty rows as `pairs`. */
export async function importBasics({ client, directory }: Pick<TestBackend, 'client' | 'directory'>): Promise<void> {
  await client.call('importModel', { body: { path: tutorialBase, name: 'base' } });
  await importRows({ client, directory }, 'pairs', pairs(20));
}

export async function importRows(
  { client, directory }: Pick<TestBackend, 'client' | 'directory'>,
  name: string,
  rows: readonly DatasetRow[],
): Promise<string> {
  const path = join(directory, `${name}.jsonl`);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return (await client.call('importDataset', { body: { path, name } })).dataset.id;
}

export function pairs(count: number): DatasetRow[] {
  return Array.from({ length: count }, (_, i) => pair(`What is ${i} and ${i}?`, `It is ${2 * i}.`));
}

export function pair(question: string, answer: string): DatasetRow {
  return {
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  };
}

/** A recipe on the basics whose answers nobody asks for, since a fake adapter cannot answer. */
export function basicRecipe(changes: Partial<RecipeInput> = {}): RecipeInput {
  return {
    base: 'base',
    dataset: 'pairs',
    ...changes,
    training: { steps: 4, ...changes.training },
    evaluation: { answers: false, ...changes.evaluation },
  };
}

/** Follows a run until an event is the one that is looked for, or to its end. */
export async function eventsUntil(
  client: Backend,
  id: string,
  isLast: (event: RunEvent) => boolean = () => false,
  after = 0,
): Promise<RunEvent[]> {
  const seen: RunEvent[] = [];
  const leave = new AbortController();
  for await (const event of client.runEvents(id, { after, signal: leave.signal })) {
    seen.push(event);
    if (isLast(event)) break;
  }
  leave.abort();
  return seen;
}
