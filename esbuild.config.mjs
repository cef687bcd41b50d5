/** Bundles extension, backend, command line, engine host and pages into dist/, and prints their sizes. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { programs } from './backend/files/entryPoint.ts';

const root = import.meta.dirname;
const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  sourcemap: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'warning',
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
await build({
  ...common,
  // Read whole at every start of the editor; names stay, so that what is in a log can be found.
  minifyWhitespace: true,
  entryPoints: { extension: 'extension/main.ts' },
  outdir: 'dist',
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  external: ['vscode'],
  define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
});
await build({
  ...common,
  entryPoints: programs,
  outdir: 'dist',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // Native packages find their binaries beside themselves, so they stay packages.
  external: ['better-sqlite3', 'koffi', 'node-llama-cpp'],
  // Express and its like are CommonJS and ask for `require` when they start.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});

// A page is a folder of webviews/ with a main.ts and a main.css.
const pages = readdirSync(join(root, 'webviews')).filter((name) => existsSync(join(root, 'webviews', name, 'main.ts')));
await build({
  absWorkingDir: root,
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2024',
  format: 'esm',
  tsconfig: 'webviews/tsconfig.json',
  legalComments: 'linked',
  logLevel: 'warning',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
  entryPoints: {
    codicon: 'node_modules/@vscode/codicons/dist/codicon.css',
    ...Object.fromEntries(
      pages.flatMap((name) => [
        [name, `webviews/${name}/main.ts`],
        [`${name}.style`, `webviews/${name}/main.css`],
      ]),
    ),
  },
  outdir: 'dist/webviews',
});

for (const file of [
  'extension.cjs',
  ...Object.keys(programs).map((name) => `${name}.mjs`),
  ...pages.map((name) => `webviews/${name}.js`),
]) {
  const kilobytes = Math.round(statSync(join(root, 'dist', file)).size / 1000);
  console.log(`dist/${file}`.padEnd(32), `${kilobytes} kB`.padStart(8));
}
