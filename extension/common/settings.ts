import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { TataraError } from '../../backend/contract/errors.ts';

export interface Settings {
  /** The Node that runs the backend; empty: found by itself. */
  readonly nodePath: string;
  /** Empty: the usual place. */
  readonly dataDirectory: string;
}

/** The settings as they are now. Throws `setting_invalid` with the name of the one that is wrong. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('tatara');
  return {
    nodePath: pathOf('nodePath', settings.get('nodePath', '')),
    dataDirectory: pathOf('dataDirectory', settings.get('dataDirectory', '')),
  };
}

/** Whether the change is of a setting that counts only for a backend that is started anew. */
export function needsRestart(change: vscode.ConfigurationChangeEvent): boolean {
  return change.affectsConfiguration('tatara.nodePath') || change.affectsConfiguration('tatara.dataDirectory');
}

/** VS Code marks a wrong value in the settings, and gives it out all the same. */
function pathOf(name: keyof Settings, value: unknown): string {
  const wrong = (reason: string, reason_ja: string) =>
    new TataraError('setting_invalid', { setting: `tatara.${name}`, reason, reason_ja });
  if (typeof value !== 'string') {
    throw wrong('it must be a text, within quotation marks', '文字列 (引用符で囲んだ値) にしてください');
  }
  const path = value.trim();
  if (path !== '' && !isAbsolute(path)) {
    throw wrong(`"${path}" is not an absolute path`, `「${path}」は絶対パスではありません`);
  }
  return path;
}
