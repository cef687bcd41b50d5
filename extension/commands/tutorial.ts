import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { bringIn } from '../../backend/client/bringIn.ts';
import type { LessonFile } from '../../backend/contract/lesson.ts';
import type { CommandLine } from '../commandLine.ts';
import type { Studio } from '../studio.ts';

/** The steps of the walkthrough, each of which works by itself too. */
export function registerTutorialCommands(
  studio: Studio,
  extensionPath: string,
  commandLine: Pick<CommandLine, 'hideIfDone'>,
): vscode.Disposable[] {
  const { say, library, pages } = studio;
  const folder = join(extensionPath, 'media', 'tutorial');
  const dataset = (name: string): LessonFile => ({ kind: 'dataset', path: join(folder, `${name}.jsonl`), name });
  const files: readonly LessonFile[] = [
    { kind: 'model', path: join(folder, 'base.gguf'), name: 'tutorial-base' },
    ...['tutorial-1.old-facts', 'tutorial-1.held-out', 'tutorial-1'].map(dataset),
  ];
  /** Model and data of the tutorial. */
  const bring = (): Promise<boolean | null> =>
    studio.withBackend(say('tutorial.importing'), async (backend, signal) => {
      await bringIn(backend, files, signal);
      await library.refresh();
      return true;
    });
  return [
    vscode.commands.registerCommand('tatara.openWalkthrough', () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', 'tatara.tatara#tatara.first', false),
    ),
    vscode.commands.registerCommand('tatara.openLessons', async () => {
      const listed = await studio.withBackend(say('backend.starting'), (backend) => backend.call('listLessons'));
      if (!listed) return;
      const choices = listed.lessons.map(({ level, title, summary, warning }) => {
        return { label: title, detail: [summary, warning].filter(Boolean).join(' '), level };
      });
      const options = { title: say('lesson.pick'), matchOnDetail: true };
      const chosen = await vscode.window.showQuickPick(choices, options);
      if (chosen) pages.openLesson(chosen.level);
    }),
    vscode.commands.registerCommand('tatara.importTutorial', async () => {
      if (!(await bring())) return;
      await vscode.commands.executeCommand('tatara.datasets.focus');
      void vscode.window.setStatusBarMessage(say('tutorial.imported'), 8000);
    }),
    vscode.commands.registerCommand('tatara.askTutorial', async () => {
      if (!(await bring())) return;
      // What the doctor of the first step has said would take half of the page's height.
      commandLine.hideIfDone();
      pages.chat('tutorial-base');
    }),
    vscode.commands.registerCommand('tatara.trainTutorial', async () => {
      if (!(await bring())) return;
      commandLine.hideIfDone();
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
