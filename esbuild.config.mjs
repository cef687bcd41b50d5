/** Bundles extension, backend, command line and engine host into dist/, and prints their sizes. */
import { rmSync, statSync } from 'node:fs';
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

for (const file of ['extension.cjs', ...Object.keys(programs).map((name) => `${name}.mjs`)]) {
  const kilobytes = Math.round(statSync(join(root, 'dist', file)).size / 1000);
  console.log(`dist/${file}`.padEnd(20), `${kilobytes} kB`.padStart(8));
}
