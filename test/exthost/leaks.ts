import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { closeTabs, extension, tabs, until, withBackend } from '../support/exthost/host.ts';

const rounds = 4;

/** That nothing is left of a page when it is closed, and nothing of the extension when it ends. */
export function leakTests(): void {
  suite('disposables', () => {
    /** Opens each page of the extension once. */
    const opens: (() => Thenable<unknown>)[] = [];

    suiteSetup(async () => {
      await extension().activate();
      await vscode.commands.executeCommand('tatara.importTutorial');
      const { dataset, run } = await withBackend(async (backend) => {
        const { datasets } = await backend.call('listDatasets');
        const file = join(extension().extensionPath, 'media/tutorial/tutorial-1.recipe.yaml');
        const text = Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.file(file))).toString('utf8');
        const created = await backend.call('createRun', { body: { recipe_yaml: text } });
        await backend.call('cancelRun', { params: { id: created.id } });
        return { dataset: datasets[0]!.id, run: created.id };
      });
      const { executeCommand } = vscode.commands;
      opens.push(
        () => executeCommand('tatara.openDataset', dataset),
        () => executeCommand('tatara.newRun'),
        () => executeCommand('tatara.openRun', run),
        () => executeCommand('tatara.compareRuns', run),
        () => executeCommand('tatara.openChat'),
      );
    });

    test(`pages that are opened and closed ${rounds} times leave nothing behind`, async () => {
      // What is made at first need and kept is there after the first time.
      await openAndClose();
      const before = extension().exports.alive();
      assert.ok(Object.keys(before).length > 10, JSON.stringify(before));
      for (let round = 0; round < rounds; round += 1) await openAndClose();
      assert.deepEqual(extension().exports.alive(), before);
    });

    test('the count sees what is alive', async () => {
      const before = extension().exports.alive();
      await opens[2]!();
      await until(() => tabs().length === 1, 'the page of the run');
      const during = extension().exports.alive();
      assert.equal(during['window.createWebviewPanel'], (before['window.createWebviewPanel'] ?? 0) + 1);
      await closeTabs();
    });

    // The last: nothing of the extension works after it.
    test('an extension that ends has disposed of everything', async () => {
      extension().exports.end();
      assert.deepEqual(extension().exports.alive(), {});
    });

    async function openAndClose(): Promise<void> {
      for (const [at, open] of opens.entries()) {
        await open();
        await until(() => tabs().length === at + 1, `page ${at}`);
      }
      // A page that is closed before it has asked for anything proves less than one that is being served.
      await delay(1500);
      await closeTabs();
      // What a page asked for may still be on its way.
      await delay(500);
    }
  });
}
