/** `npm run build:kernels`: our CPU kernels with the system's C compiler, into dist/kernels. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './steps.ts';

/** Flags of the files that use instructions of their own; every other file runs on any processor of its kind. */
const instructionSets: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x64: {
    avx2: ['-mavx2', '-mfma', '-mf16c'],
    avxVnni: ['-mavx2', '-mfma', '-mf16c', '-mavxvnni'],
    avx512: ['-march=x86-64-v4'],
    avx512Bf16: ['-march=x86-64-v4', '-mavx512bf16', '-mavx512vnni'],
  },
  arm64: { neon: [] },
};

const common = ['-O3', '-fPIC', '-fvisibility=hidden', '-fno-math-errno', '-Wall', '-Wextra'];

export function kernelFileName(platform: string = process.platform): string {
  return `tatara-kernels.${({ linux: 'so', darwin: 'dylib', win32: 'dll' } as Record<string, string>)[platform] ?? 'so'}`;
}

/** @returns The library's path, or the compiler's words where it failed; null where there is no compiler. */
export function buildKernels(
  folder = join(root, 'dist/kernels', `${process.platform}-${process.arch}`),
): { readonly path: string } | { readonly failure: string } | null {
  const compiler = [process.env.CC, 'cc', 'gcc', 'clang'].find(
    (name) => name && spawnSync(name, ['--version']).status === 0,
  );
  if (!compiler) return null;
  const { arch } = process;
  mkdirSync(folder, { recursive: true });
  const work = join(tmpdir(), `tatara-kernels-${process.pid}`);
  mkdirSync(work, { recursive: true });
  try {
    const own = instructionSets[arch] ?? {};
    const elsewhere = new Set(
      Object.entries(instructionSets).flatMap(([name, sets]) => (name === arch ? [] : Object.keys(sets))),
    );
    const objects: string[] = [];
    for (const source of globSync('native/kernels/*.c', { cwd: root }).sort()) {
      const name = basename(source, '.c');
      if (elsewhere.has(name) && !own[name]) continue;
      const object = join(work, `${name}.o`);
      const result = spawnSync(compiler, [...common, ...(own[name] ?? []), '-c', source, '-o', object], {
        cwd: root,
        encoding: 'utf8',
      });
      if (result.status !== 0) return { failure: result.stderr };
      objects.push(object);
    }
    const path = join(folder, kernelFileName());
    const aside = `${path}.${process.pid}`;
    const link = spawnSync(compiler, ['-shared', ...objects, '-o', aside, '-lm'], { cwd: root, encoding: 'utf8' });
    if (link.status !== 0) return { failure: link.stderr };
    // A process that runs on the old library keeps it.
    renameSync(aside, path);
    return { path };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const built = buildKernels();
  if (built && 'path' in built) console.log(built.path);
  else {
    console.error(
      built ? built.failure : 'There is no C compiler (cc, gcc or clang): everything runs on ggml’s own ops.',
    );
    process.exitCode = 1;
  }
}
