/** A folder that is not trusted: nothing is started, and it is said why. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { joinBackend } from '../../backend/client/connectBackend.ts';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';

const why = 'it starts nothing until you trust this workspace';

describe('a workspace that is not trusted', { skip: skipEditor }, () => {
  const editor = testEditor({ trusted: false, settings: { 'security.workspace.trust.startupPrompt': 'never' } });

  test('nothing runs, every view says why, and trust is all that is needed', async () => {
    const { server } = editor();
    // A setting of the workspace that would run a program of its own must not be believed.
    mkdirSync(join(server.workspace, '.vscode'));
    const trap = join(server.workspace, 'trap');
    const node = join(server.workspace, 'node');
    writeFileSync(node, `#!/bin/sh\ntouch '${trap}'\n`, { mode: 0o755 });
    const settings = { 'tatara.nodePath': node, 'tatara.dataDirectory': server.workspace };
    writeFileSync(join(server.workspace, '.vscode/settings.json'), JSON.stringify(settings));

    const window = await editor().openWindow();
    await window.openSidebar();
    for (const view of ['Data Sets', 'Runs', 'Models', 'Server']) {
      await window.see(window.view(view).getByText(why), `why the view ${view} is empty`);
    }
    await window.picture('untrusted');
    await assert.rejects(window.command('Tatara: New Run…', 8000), /the choice "Tatara: New Run…"/);
    assert.equal(existsSync(server.dataDirectory), false);
    assert.equal(await joinBackend({ environment: server.environment }), null);

    await window.see(window.view('Runs').getByText('Manage Workspace Trust'), 'the way to trust');
    await window.command('Workspaces: Manage Workspace Trust');
    await (await window.see(window.page.getByRole('button', { name: /^Trust$/ }), 'Trust')).click();
    await window.row('Server', 'running');
    await window.see(window.view('Runs').getByText('No run yet.'), 'the next step');
    assert.equal(existsSync(trap), false);
    assert.equal(existsSync(join(server.dataDirectory, 'tatara.db')), true);
  });
});
