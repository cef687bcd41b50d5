/** The layer check: fails on an import that `layerTable.ts` does not allow. */
import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { packageOwners, sourceFolders, type Zone, zones } from './layerTable.ts';

/** The violations of one file: `path` is relative to the project, with forward slashes. */
export function checkFile(path: string, source: string): string[] {
  const zone = zoneOf(path);
  if (!zone) return [`Bad layering. ${path} is in no layer: give its folder a line in scripts/layerTable.ts.`];
  const parsed = parseSync(path, source);
  if (parsed.errors.length > 0) return [`${path} cannot be parsed: ${parsed.errors[0]?.message}`];
  return importsOf(parsed.program).flatMap((specifier) => {
    const why = refusal(path, zone, specifier);
    return why ? [`Bad layering. ${path} may not import ${specifier}: ${why}.`] : [];
  });
}

/** All violations of the project at `root`. */
export function checkLayers(root: string): { files: number; problems: string[] } {
  const files = globSync(
    sourceFolders.map((folder) => `${folder}/**/*.{ts,mts,js,mjs,tsx}`),
    { cwd: root },
  ).map((file) => file.replaceAll('\\', '/'));
  const problems = files.flatMap((file) => checkFile(file, readFileSync(join(root, file), 'utf8')));
  return { files: files.length, problems };
}

function zoneOf(path: string): Zone | undefined {
  return zones
    .filter((zone) => path === zone.path || path.startsWith(`${zone.path}/`))
    .reduce<Zone | undefined>((best, zone) => (best && best.path.length > zone.path.length ? best : zone), undefined);
}

function refusal(path: string, zone: Zone, specifier: string): string | null {
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(path), specifier));
    const targetZone = zoneOf(target);
    if (!targetZone) return zone.why;
    return targetZone === zone || zone.imports.includes(targetZone.path) ? null : zone.why;
  }
  const name = packageName(specifier);
  if (zone.packages.includes(name)) return null;
  return packageOwners[name] ?? zone.why;
}

function packageName(specifier: string): string {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) return 'node:';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Every module that a file names: static and dynamic imports, re-exports, `require`, and types by `import()`. */
function importsOf(program: ReturnType<typeof parseSync>['program']): string[] {
  const found: string[] = [];
  const add = (node: { type: string; value?: unknown } | null | undefined): void => {
    if (node?.type === 'Literal' && typeof node.value === 'string') found.push(node.value);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'require') add(node.arguments[0]);
    },
  }).visit(program);
  return found;
}

if (process.argv[1] === import.meta.filename) {
  const { files, problems } = checkLayers(join(import.meta.dirname, '..'));
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? `${files} files keep the layers.` : `${problems.length} forbidden imports.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
