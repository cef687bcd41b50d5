/**
 * `npm run package`: bundles, copies the packages that cannot be bundled beside the bundles, and makes the VSIX for this
 * platform in dist/.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runtimePackages } from './runtimePackages.ts';

const root = join(import.meta.dirname, '..');
const platform = `${process.platform}-${process.arch}`;
const target = join(root, 'dist', `tatara-${platform}.vsix`);

node('esbuild.config.mjs');
copyPackages();
writeReadme();
node(
  'node_modules/@vscode/vsce/vsce',
  ...['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'],
  ...['--readme-path', 'dist/README.md', '--target', platform, '--out', target],
);
console.log(`${relative(process.cwd(), target)}  ${(statSync(target).size / 1e6).toFixed(1)} MB`);

/**
 * The README as the page of the extension, which is read without the project around it and without a network: pictures
 * are in the text itself, without the SVG, which VS Code's gallery refuses, and without links to pages that do not ship.
 */
function writeReadme(): void {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const withoutLinks = text
    .replaceAll(/^!\[[^\]]*\]\([^)]*\.svg\)\n\n/gm, '')
    .replaceAll(/(?<!!)\[([^\]]+)\]\((?!https?:)[^)]*\)/g, '$1');
  const whole = withoutLinks.replaceAll(/(!\[[^\]]*\])\(([^)]*\.png)\)/g, (_, alt: string, path: string) => {
    return `${alt}(data:image/png;base64,${readFileSync(join(root, path)).toString('base64')})`;
  });
  writeFileSync(join(root, 'dist/README.md'), whole);
}

/** Native packages, and what they need, into dist/node_modules, where the bundles look first. */
function copyPackages(): void {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const folder = join(root, 'dist/node_modules');
  rmSync(folder, { recursive: true, force: true });
  for (const { path, leaveOut } of runtimePackages(lock, process.platform, process.arch)) {
    const from = join(root, path);
    if (!existsSync(from)) continue;
    cpSync(from, join(root, 'dist', path), {
      recursive: true,
      dereference: true,
      filter: (file) => {
        const inside = relative(from, file).replaceAll('\\', '/');
        return inside !== 'node_modules' && !leaveOut.some((pattern) => pattern.test(inside));
      },
    });
  }
}

function node(...args: string[]): void {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
