import { homedir } from 'node:os';
import * as vscode from 'vscode';

/** Where a file is to be written; undefined where the person thought better of it. A file that is there is asked about. */
export async function askForJsonl(name: string, saveLabel: string): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const file = `${name.replace(/[<>:"/\\|?*]+/g, '-')}.jsonl`;
  const defaultUri = vscode.Uri.joinPath(folder, file);
  const chosen = await vscode.window.showSaveDialog({ defaultUri, saveLabel, filters: { 'JSON Lines': ['jsonl'] } });
  return chosen?.fsPath;
}
