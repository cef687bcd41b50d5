/**
 * An extension host with a stand-in for VS Code and the bundle as it is packaged. `argv[2]` is the folder of the
 * extension, `argv[3]` what is measured: `activation` prints the time of loading and activating, `flows` the longest
 * that each of the main flows keeps the host. Its last line is JSON.
 */
import '../support/fakeVscode/use.ts';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { joinBackend } from '../../backend/client/connectBackend.ts';
import { commands, editor, type FakePage, fakeContext } from '../support/fakeVscode/vscode.ts';
import { cpu, Turns } from './turns.ts';

const [, , root = '', what = ''] = process.argv;
const require = createRequire(join(root, 'dist/'));
// VS Code's own API is there before any extension.
require('vscode');
const context = fakeContext(root, process.env.TATARA_HOME ?? root);

const began = { wall: performance.now(), cpu: cpu() };
const extension: { activate(context: unknown): void } = require(join(root, 'dist/extension.cjs'));
const loaded = { wall: performance.now(), cpu: cpu() };
extension.activate(context);
const activated = { wall: performance.now(), cpu: cpu() };

if (what === 'activation') {
  finish({
    load: loaded.wall - began.wall,
    activate: activated.wall - loaded.wall,
    cpu: activated.cpu - began.cpu,
  });
} else {
  const turns = new Turns();
  const figures: Record<string, number> = {};
  for (const [name, flow] of Object.entries(flows())) {
    turns.begin();
    await flow();
    figures[name] = turns.end();
  }
  turns.stop();
  const backend = await joinBackend({});
  await backend?.call('shutdown');
  finish(figures);
}

function finish(figures: Record<string, number>): void {
  for (const each of context.subscriptions) each.dispose();
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
}

function flows(): Record<string, () => Promise<void>> {
  const page = async (command: string, target: unknown, ready: object, last: string, more?: unknown): Promise<void> => {
    const before = editor.pages.length;
    await commands.executeCommand(command, target, ...(more === undefined ? [] : [more]));
    await until(() => editor.pages.length > before);
    const opened = editor.pages.at(-1)!;
    opened.say(ready);
    await until(() => typesOf(opened).includes(last));
    if (typesOf(opened).includes('metrics')) await settled(() => opened.posted.length);
  };
  const children = async (id: string): Promise<unknown[]> =>
    (await editor.views.get(id)?.provider.getChildren()) as unknown[];
  return {
    start_backend: async () => {
      await commands.executeCommand('tatara.startBackend');
      await until(() => editor.context.get('tatara.backend') === 'ready');
    },
    fill_trees: async () => {
      for (const id of ['tatara.datasets', 'tatara.runs', 'tatara.models', 'tatara.server']) await children(id);
      await commands.executeCommand('tatara.showMoreRuns');
      await children('tatara.runs');
    },
    open_data_set: async () => {
      const [row] = (await children('tatara.datasets')) as { value: { id: string } }[];
      const datasetId = row?.value.id ?? '';
      await page('tatara.openDataset', datasetId, { type: 'ready', datasetId }, 'dataset');
    },
    open_new_run: () => page('tatara.newRun', undefined, { type: 'ready' }, 'choices'),
    open_run_of_100000_steps: () => page('tatara.openRun', 'run_0', { type: 'ready' }, 'metrics'),
    open_compare_runs: () =>
      page('tatara.compareRuns', 'run_1', { type: 'ready', ids: ['run_1', 'run_2'] }, 'run', ['run_1', 'run_2']),
    open_chat: () => page('tatara.openChat', undefined, { type: 'ready', conversationId: null }, 'models'),
    read_event_stream: async () => {
      const backend = await joinBackend({});
      let count = 0;
      for await (const _ of backend?.runEvents('run_0') ?? []) count++;
      if (count < 100_000) throw new Error(`only ${count} events came`);
      await backend?.[Symbol.asyncDispose]();
    },
  };
}

function typesOf({ posted }: FakePage): string[] {
  return posted.map((message) => (message as { type: string }).type);
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!isSo()) {
    if (performance.now() > deadline) {
      throw new Error(`it did not come to be; the editor has shown ${JSON.stringify(editor.shown)}`);
    }
    await delay(20);
  }
}

/** Until nothing more comes. */
async function settled(count: () => number): Promise<void> {
  for (let last = -1; last !== count(); ) {
    last = count();
    await delay(1500);
  }
}
