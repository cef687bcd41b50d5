import * as vscode from 'vscode';

/** Asks where to, and writes it there; false where it was given up. VS Code itself asks before a file is overwritten. */
export async function saveFile(name: string, kind: string, data: Uint8Array): Promise<boolean> {
  const target = await askWhere(name, kind);
  if (!target) return false;
  await vscode.workspace.fs.writeFile(target, data);
  return true;
}

/** Begins in the workspace, where there is one. `kind` null: a folder that does not exist yet. */
export async function askWhere(name: string, kind: string | null): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const file = kind === null ? fileName(name) : `${fileName(name)}.${kind}`;
  return vscode.window.showSaveDialog({
    ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, file) } : {}),
    ...(kind === null ? {} : { filters: { [kind.toUpperCase()]: [kind] } }),
  });
}

/** A run may be named with characters that some file system refuses. */
function fileName(name: string): string {
  return name.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '-').slice(0, 100) || 'tatara';
}
