/**
 * `npm run test:electron`: the tests inside the extension host once more, in a desktop VS Code, which is downloaded where
 * there is none yet. It needs a network and a display (on Linux without one: `xvfb-run npm run test:electron`).
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installTestPackages } from '../test/support/editor/editorServer.ts';
import { buildExthost } from '../test/support/exthost/buildExthost.ts';
import { packagedVsix } from '../test/support/packagedVsix.ts';

/** As much of @vscode/test-electron as is used; it is a package of the tests, not of the project. */
interface TestElectron {
  downloadAndUnzipVSCode(options: { cachePath: string }): Promise<string>;
  runTests(options: {
    vscodeExecutablePath: string;
    extensionDevelopmentPath: string;
    extensionTestsPath: string;
    extensionTestsEnv: Record<string, string>;
    launchArgs: string[];
  }): Promise<number>;
}

const root = join(import.meta.dirname, '..');
const cachePath = join(root, 'node_modules/.vscode-test');
const packages = installTestPackages();
const electron: TestElectron = createRequire(join(packages, 'package.json'))('@vscode/test-electron');

const program = await electron.downloadAndUnzipVSCode({ cachePath }).catch((error: Error) => {
  console.error(`VS Code could not be downloaded: ${error.message}`);
  console.error('Nothing was tested in Electron. Try again where update.code.visualstudio.com can be reached.');
  process.exit(1);
});

packagedVsix();
const home = mkdtempSync(join(tmpdir(), 'tatara-electron-'));
try {
  const folder = join(home, 'counted');
  const workspace = join(home, 'workspace');
  mkdirSync(workspace);
  // What the VSIX was made of lies in dist.
  await buildExthost(folder, root);
  await electron
    .runTests({
      vscodeExecutablePath: program,
      extensionDevelopmentPath: folder,
      extensionTestsPath: join(folder, 'tests.cjs'),
      extensionTestsEnv: { TATARA_HOME: join(home, 'data') },
      launchArgs: [workspace, '--user-data-dir', join(home, 'user'), '--disable-workspace-trust', '--disable-gpu'],
    })
    .catch(() => {
      process.exitCode = 1;
    });
  const outcomes: { title: string; error: string | null }[] = JSON.parse(
    readFileSync(join(folder, 'outcomes.json'), 'utf8'),
  );
  for (const { title, error } of outcomes) console.log(error === null ? `✓ ${title}` : `✗ ${title}\n${error}`);
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 10 });
}
