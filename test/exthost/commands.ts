import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { closeTabs, extension, tabs, until, withBackend } from '../support/exthost/host.ts';

/** What the extension does when its commands are called, seen by VS Code's own API. */
export function commandTests(): void {
  suite('commands', () => {
    test('each of the manifest is there, and its settings have their defaults', async () => {
      await extension().activate();
      const { contributes } = extension().packageJSON;
      const there = new Set(await vscode.commands.getCommands(true));
      for (const { command } of contributes.commands) assert.ok(there.has(command), command);
      for (const [name, { default: value }] of Object.entries<{ default: unknown }>(
        contributes.configuration.properties,
      )) {
        assert.deepEqual(vscode.workspace.getConfiguration().get(name), value, name);
      }
    });

    test('the address of the API that is copied is the one that answers', async () => {
      await vscode.commands.executeCommand('tatara.copyServerAddress');
      const address = await vscode.env.clipboard.readText();
      assert.equal(address, `${await withBackend(async ({ url }) => url)}/v1`);
      assert.equal((await fetch(`${address}/health`)).status, 401, 'nothing answers without a token');
    });

    test('a file of the workspace becomes a data set, whose page opens; a broken one changes nothing', async () => {
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
      const good = join(folder, 'from the host.jsonl');
      writeFileSync(good, '{"instruction":"How many?","output":"Three."}\n');
      await vscode.commands.executeCommand('tatara.importDataset', vscode.Uri.file(good));
      const names = (): Promise<string[]> =>
        withBackend(async (backend) => (await backend.call('listDatasets')).datasets.map(({ name }) => name));
      assert.ok((await names()).includes('from the host'));
      await until(() => tabs().includes('from the host'), 'the page of the data set');
      await closeTabs();
      const before = await names();
      const missing = vscode.Uri.file(join(folder, 'missing.jsonl'));
      await vscode.commands.executeCommand('tatara.importDataset', missing);
      assert.deepEqual(await names(), before);
      assert.deepEqual(tabs(), []);
    });

    test('a recipe that is open is taken as it stands in the editor', async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: 'base: nobody\n' });
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('tatara.trainRecipe');
      await until(() => tabs().includes('New run'), 'the page of the run');
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
      await until(() => tabs().length === 0, 'no tab is open');
    });
  });
}
