import * as vscode from 'vscode';
import { chooseLanguage } from '../backend/l10n/language.ts';
import { BackendKeeper } from './backend/backendKeeper.ts';
import { CommandLine } from './commandLine.ts';
import { registerDatasetCommands } from './commands/datasets.ts';
import { registerModelCommands } from './commands/models.ts';
import { registerRunCommands } from './commands/runs.ts';
import { registerServerCommands } from './commands/server.ts';
import { registerTerminalCommands } from './commands/terminal.ts';
import { registerTutorialCommands } from './commands/tutorial.ts';
import { sayIn } from './l10n/say.ts';
import { watchMilestones } from './milestones.ts';
import { tellCrashes, tellEndedRuns, tellSettings } from './notices.ts';
import { openPages } from './pages.ts';
import { openStatusBar } from './statusBar.ts';
import type { Studio } from './studio.ts';
import { errorTeller, withBackendOf } from './tellErrors.ts';
import { Library } from './views/library.ts';
import { openProblemBadges } from './views/problemBadges.ts';
import { datasetRows, modelRows, runRows } from './views/rows.ts';
import { openServerTree } from './views/serverTree.ts';
import { openShelfTree, type TreeContext } from './views/shelfTree.ts';

/** When a backend that runs already is looked for, ms after the activation. */
const joinAfter = 1500;

/** Wires; everything that is made here is disposed with the extension. Nothing is started before it is needed. */
export function activate(context: vscode.ExtensionContext): void {
  const language = chooseLanguage(vscode.env.language, {});
  const say = sayIn(language);
  const log = vscode.window.createOutputChannel('Tatara', { log: true });
  const keeper = new BackendKeeper(context, log, language);
  const library = new Library(keeper);
  const showError = errorTeller(log, language, say);
  const { pages, disposable } = openPages(
    {
      extensionUri: context.extensionUri,
      language,
      backend: () => keeper.connect(),
      onBackendBack: keeper.onBack,
      showError,
    },
    { folder: context.globalStorageUri, memento: context.globalState },
    () => void library.refresh(),
  );
  const withBackend = withBackendOf(keeper, showError);
  const studio: Studio = { keeper, library, pages, language, say, showError, withBackend };
  const trees: TreeContext = { keeper, library, language, say };
  const commandLine = new CommandLine(context);
  context.subscriptions.push(
    log,
    keeper,
    library,
    disposable,
    commandLine,
    openShelfTree('tatara.datasets', datasetRows, trees),
    openShelfTree('tatara.runs', runRows, trees),
    openShelfTree('tatara.models', modelRows, trees),
    openServerTree(trees),
    openProblemBadges(say),
    openStatusBar(trees),
    tellCrashes(trees),
    tellEndedRuns(studio),
    tellSettings(studio),
    watchMilestones(library),
    ...registerTerminalCommands(commandLine, keeper),
    ...registerDatasetCommands(studio),
    ...registerRunCommands(studio),
    ...registerModelCommands(studio),
    ...registerServerCommands(studio, log),
    ...registerTutorialCommands(studio, context.extensionPath, commandLine),
  );
  // A window that is loaded anew finds the run that it left going on; that may wait until the editor has started.
  const joining = setTimeout(() => keeper.join().catch((error: unknown) => log.warn(String(error))), joinAfter);
  context.subscriptions.push(new vscode.Disposable(() => clearTimeout(joining)));
}
