import { basename, join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '../../..');
const built = new Map<string, Promise<ReadonlyMap<string, Uint8Array>>>();

/** The files of a page by their names, built from the sources as they are now, in memory. */
export function buildPage(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = built.get(name) ?? bundle(name);
  built.set(name, files);
  return files;
}

async function bundle(name: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    bundle: true,
    write: false,
    platform: 'browser',
    target: 'es2024',
    format: 'esm',
    tsconfig: 'webviews/tsconfig.json',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    outdir: 'dist/webviews',
    entryPoints: {
      codicon: 'node_modules/@vscode/codicons/dist/codicon.css',
      [name]: `webviews/${name}/main.ts`,
      [`${name}.style`]: `webviews/${name}/main.css`,
    },
  });
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}
