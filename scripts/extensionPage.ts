import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>>;
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly title: string;
      readonly steps: readonly { readonly title: string }[];
    }[];
  };
}
interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
}

/** The text of docs/extension.md: what is written there by hand, then the manifest in both languages. */
export function extensionPage(): string {
  const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const { contributes }: Manifest = read('package.json');
  const [en, ja]: Record<string, string>[] = [read('package.nls.json'), read('package.nls.ja.json')];
  const both = (key: string): string => {
    const name = key.slice(1, -1);
    return [en?.[name] ?? key, ja?.[name] ?? key].map((text) => text.replaceAll('|', '\\|')).join(' | ');
  };
  const table = (head: string, rows: readonly string[]): string =>
    [`| ${head} |`, `|${' --- |'.repeat(head.split('|').length)}`, ...rows.map((row) => `| ${row} |`)].join('\n');
  const { commands, views, configuration, walkthroughs } = contributes;
  return `${written}
## Commands

In the palette each stands under "Tatara:".

${table(
  'Command | English | 日本語',
  commands.map(({ command, title }) => `\`${command}\` | ${both(title)}`),
)}

## Views

${table(
  'View | English | 日本語',
  Object.values(views)
    .flat()
    .map(({ id, name }) => `\`${id}\` | ${both(name)}`),
)}

## Settings

${table(
  'Setting | Scope | Default | English | 日本語',
  Object.entries(configuration.properties).map(
    ([name, { scope, default: value, markdownDescription: text }]) =>
      `\`${name}\` | ${scope} | \`${JSON.stringify(value)}\` | ${both(text)}`,
  ),
)}

${walkthroughs
  .map(({ title, steps }) => {
    const rows = steps.map((step, index) => `${index + 1} | ${both(step.title)}`);
    return `## Walkthrough: ${both(title)}\n\n${table('Step | English | 日本語', rows)}`;
  })
  .join('\n\n')}
`;
}

const written = `# The extension in VS Code

This page is made from the manifest by \`node scripts/run.mjs scripts/extensionDocs.ts\`, its first part from
\`scripts/extensionPage.ts\`; a test fails where page and manifest differ.

## How the backend lives

- Nothing is started when the editor starts. The first tree that is looked at, page that is opened or command that needs it starts the backend; a backend that runs already, in another window or a terminal, is used.
- It runs on the editor's own Node (the program of the extension host with \`ELECTRON_RUN_AS_NODE=1\`), or on the Node of \`tatara.nodePath\`. A probe in a process of its own first opens a data base and reads native memory; where the editor's own Node cannot, the first Node of 22.14 or later on the \`PATH\` that can is taken, and where there is none the message names each one with its reason and leads to the setting.
- Every window holds a lease, by an open connection. The backend ends when the last one is closed, twenty seconds later, so that a window that is loaded anew finds its run going on; runs are paused with a checkpoint.
- It listens on a free port of 127.0.0.1 that the system gives, so that no port can be taken; a lock that a killed one has left behind is taken over.
- One that ends unexpectedly is told once, with "Show log" and "Restart", and is started again after 0.5, 1, 2, 4 and 8 seconds; after two quiet minutes the count begins anew. These times are taken from a clock that nobody sets, so a machine that slept or whose time was changed makes no difference. One that keeps ending is left off until somebody asks for it: a message, the trees and the status bar say so, and the page of a run says that it is not known how the run stands, with "Restart" and "Show log".
- Its log, and the extension's own, are in the output channel "Tatara", by level. What clients only read, as the editor does every few seconds, is there at the level "Debug".
- In a workspace that is not trusted nothing runs: the views and the status bar say why, and so does each command.
- The extension runs where the workspace is (SSH, containers, code-server), with the models and data of that machine.

## Secrets

The extension keeps none. The token of the backend is made anew at each start, goes from parent to child and to other clients through a pipe that only the same user can open, and is written nowhere: not into settings, state, files, arguments, the environment or the log. There is nothing for VS Code's SecretStorage to hold.
`;
