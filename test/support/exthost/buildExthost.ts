import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../tatara.ts';

/**
 * Makes an extension in `folder` out of the unpacked one in `packaged`: its files, with an API that counts what must be
 * disposed, and beside it `tests.cjs`, which VS Code runs inside the extension host.
 */
export async function buildExthost(folder: string, packaged: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(packaged, 'package.json'), 'utf8'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ ...manifest, type: 'commonjs', main: './extension.cjs' }),
  );
  for (const name of ['package.nls.json', 'package.nls.ja.json']) {
    copyFileSync(join(packaged, name), join(folder, name));
  }
  for (const name of ['dist', 'media']) symlinkSync(join(packaged, name), join(folder, name));
  symlinkSync(join(projectRoot, 'test/support/editor/server/node_modules'), join(folder, 'node_modules'));
  await build({
    absWorkingDir: projectRoot,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    logLevel: 'warning',
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    external: ['vscode', 'mocha'],
    define: { 'import.meta.dirname': '__dirname', 'import.meta.filename': '__filename' },
    entryPoints: { extension: 'test/support/exthost/countedExtension.ts', tests: 'test/exthost/main.ts' },
  });
}
