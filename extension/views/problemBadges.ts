import * as vscode from 'vscode';
import type { Say } from '../l10n/say.ts';

const scheme = 'tatara-dataset';
/** A badge has room for two characters. */
const most = 99;

/** The row of a data set under this URI has a badge with the number. */
export function problemsUri(datasetId: string, problems: number): vscode.Uri {
  return vscode.Uri.from({ scheme, path: `/${datasetId}`, query: String(problems) });
}

/** The number of problems at the row of a data set, as VS Code shows it at files. */
export function openProblemBadges(say: Say): vscode.Disposable {
  return vscode.window.registerFileDecorationProvider({
    provideFileDecoration(uri) {
      if (uri.scheme !== scheme) return undefined;
      const problems = Number(uri.query);
      const badge = problems > most ? '9+' : String(problems);
      const tooltip = say('dataset.problems', { count: problems });
      return { badge, tooltip, color: new vscode.ThemeColor('list.warningForeground') };
    },
  });
}
