import * as vscode from 'vscode';

/** What a command was called on: a row of a tree, an id, or nothing, and then the reader is asked. */
export type Target = { readonly value: { readonly id: string } } | string | undefined;

export function idOf(target: Target): string | undefined {
  return typeof target === 'string' ? target : target?.value.id;
}

/** The thing that a command is about; null where the reader gave it up, or where there is none. */
export async function pick<T extends { readonly id: string }>(
  target: Target,
  things: readonly T[],
  options: { readonly title: string; readonly none?: string; readonly word: (thing: T) => vscode.QuickPickItem },
): Promise<T | null> {
  const id = idOf(target);
  if (id !== undefined) return things.find((thing) => thing.id === id) ?? null;
  if (things.length === 0 && options.none !== undefined) void vscode.window.showInformationMessage(options.none);
  if (things.length === 0) return null;
  const rows = things.map((thing) => {
    const { label, description = '' } = options.word(thing);
    return { label: withoutIcons(label), description: withoutIcons(description), thing };
  });
  const chosen = await vscode.window.showQuickPick(rows, { title: options.title, matchOnDescription: true });
  return chosen?.thing ?? null;
}

/** A question with one button that goes on. */
export async function confirmed(question: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, button)) === button;
}

/** VS Code would draw `$(name)` in a list as an icon. */
function withoutIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
