import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kernels, kernelSets } from '../../native/ffi/kernels.ts';
import { buildKernels, kernelFileName } from '../../scripts/buildKernels.ts';

/**
 * Our kernels as the sources are now, built once for all test files: every set that this processor has, the best first.
 * None where there is no C compiler; a compiler that fails is an error.
 */
export function builtKernels(): Kernels[] {
  const root = join(import.meta.dirname, '../..');
  const hash = createHash('sha256');
  for (const file of [...globSync('native/kernels/*.[ch]', { cwd: root }).sort(), 'scripts/buildKernels.ts']) {
    hash.update(readFileSync(join(root, file)));
  }
  const folder = join(tmpdir(), `tatara-test-kernels-${hash.digest('hex').slice(0, 16)}`);
  const path = join(folder, kernelFileName());
  if (!existsSync(path)) {
    const built = buildKernels(folder);
    if (!built) return [];
    if ('failure' in built) throw new Error(built.failure);
  }
  return kernelSets(path);
}
