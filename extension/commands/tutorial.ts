import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Studio } from '../studio.ts';

/** The steps of the walkthrough, each of which works by itself too. */
export function registerTutorialCommands(studio: Studio, extensionPath: string): vscode.Disposable[] {
  const { say, library, pages } = studio;
  const folder = join(extensionPath, 'media', 'tutorial');
  /** Model and data of the tutorial; what is there already is not imported twice. */
  const bringIn = (): Promise<boolean | null> =>
    studio.withBackend(say('tutorial.importing'), async (backend, signal) => {
      const { models } = await backend.call('listBases', { signal });
      if (!models.some(({ name, available }) => name === 'tutorial-base' && available)) {
        await backend.call('importModel', { body: { path: join(folder, 'base.gguf'), name: 'tutorial-base' }, signal });
      }
      for (const file of ['tutorial-1.old-facts.jsonl', 'tutorial-1.held-out.jsonl', 'tutorial-1.jsonl']) {
        await backend.call('importDataset', { body: { path: join(folder, file) }, signal });
      }
      await library.refresh();
      return true;
    });
  return [
    vscode.commands.registerCommand('tatara.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'tatara.tatara#tatara.first', false),
    ),
    vscode.commands.registerCommand('tatara.importTutorial', async () => {
      if (!(await bringIn())) return;
      await vscode.commands.executeCommand('tatara.datasets.focus');
      void vscode.window.setStatusBarMessage(say('tutorial.imported'), 8000);
    }),
    vscode.commands.registerCommand('tatara.askTutorial', async () => {
      if (await bringIn()) pages.chat('tutorial-base');
    }),
    vscode.commands.registerCommand('tatara.trainTutorial', async () => {
      if (!(await bringIn())) return;
      pages.newRun(await readFile(join(folder, 'tutorial-1.recipe.yaml'), 'utf8'));
    }),
    vscode.commands.registerCommand('tatara.askTuned', async () => {
      const adapters = await studio.withBackend(say('backend.starting'), async (backend) => {
        const [{ adapters }, { models }] = await Promise.all([backend.call('listAdapters'), backend.call('listBases')]);
        const bases = models.filter(({ name }) => name === 'tutorial-base').map(({ id }) => id);
        return adapters.filter(({ base_id }) => bases.includes(base_id));
      });
      if (adapters) pages.chat(adapters[0]?.name ?? 'tutorial-base');
    }),
  ];
}
