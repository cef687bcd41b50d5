import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { type Backend, connectBackend } from '../../../backend/client/connectBackend.ts';
import type { Counted } from './countedExtension.ts';

/** Longest that something in the editor may take, ms. */
const patience = 60_000;

export function extension(): vscode.Extension<Counted> {
  const found = vscode.extensions.getExtension<Counted>('tatara.tatara');
  assert.ok(found);
  return found;
}

/** The backend that the extension uses, for what a test asks of it. */
export async function withBackend<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
  await vscode.commands.executeCommand('tatara.startBackend');
  await using backend = await connectBackend({ mainPath: join(extension().extensionPath, 'dist/backend.mjs') });
  return await work(backend);
}

/** Titles of the tabs that are open. */
export function tabs(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
}

/** Waits until it is so. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  const end = Date.now() + patience;
  while (!isSo()) {
    assert.ok(Date.now() < end, `not within ${patience / 1000} s: ${what}`);
    await delay(50);
  }
}

export async function closeTabs(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await until(() => tabs().length === 0, 'no tab is open');
}
