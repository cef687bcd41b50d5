/**
 * Loads our own CPU kernels (native/kernels), which ggml calls as custom ops of its graph. JavaScript makes their
 * arguments and hands over addresses; it never looks into the memory behind them.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi from 'koffi';
import type { Handle } from './library.ts';

/** How exactly products are computed; the numbers are those of native/kernels/kernelSet.h. */
export const precisions = { f32: 0, bf16: 1, int8: 2 } as const;
export type Precision = keyof typeof precisions;

const ops = {
  pack: 'tatara_pack',
  linearForward: 'tatara_linear_forward',
  linearBackward: 'tatara_linear_backward',
  lowRank: 'tatara_low_rank',
  lowRankGradient: 'tatara_low_rank_gradient',
  attentionForward: 'tatara_attention_forward',
  attentionBackward: 'tatara_attention_backward',
  sumGroups: 'tatara_sum_groups',
  rmsNorm: 'tatara_rms_norm',
  rmsNormBackward: 'tatara_rms_norm_backward',
  swiglu: 'tatara_swiglu',
  swigluBackward: 'tatara_swiglu_backward',
  logSum: 'tatara_log_sum',
  logLikelihood: 'tatara_log_likelihood',
  crossEntropyBackward: 'tatara_cross_entropy_backward',
} as const;

export type KernelOp = keyof typeof ops;

const symbols = {
  set: 'const void *tatara_kernel_set(int index)',
  setName: 'const char *tatara_kernel_set_name(const void *set)',
  setHas: 'int tatara_kernel_set_has(const void *set, int precision)',
  packedBytes: 'int64_t tatara_packed_bytes(int precision, int64_t width)',
  packArgs: 'void *tatara_pack_args(const void *set, int precision)',
  linearArgs:
    'void *tatara_linear_args(const void *set, int precision, const void *data, int type, int64_t width, int64_t rows, int64_t row_bytes, const void *bias, const void *up, int64_t up_stride, int rank)',
  lowRankArgs: 'void *tatara_low_rank_args(const void *set, const void *down, int64_t stride, int rank, float scale)',
  attentionArgs: 'void *tatara_attention_args(const void *set, int lanes, int lane_length, float scale)',
  normArgs: 'void *tatara_norm_args(const void *set, const void *weight, float epsilon)',
  free: 'void tatara_free(void *args)',
  checkLayout:
    'int tatara_check_layout(const void *t, int type, int64_t ne0, int64_t ne1, int64_t ne2, int64_t ne3, const void *src0, const void *src1)',
} as const;

type Bound = { readonly [K in keyof typeof symbols]: (...args: any[]) => any };

/** One instruction set's kernels. */
export interface Kernels extends Bound {
  readonly handle: Handle;
  /** E.g. `avx512-bf16`. */
  readonly name: string;
  readonly address: (op: KernelOp) => Handle;
}

/** The library for this platform, or null where none was built. */
export function kernelLibraryPath(): string | null {
  const suffix = { linux: 'so', darwin: 'dylib', win32: 'dll' }[process.platform as string] ?? 'so';
  const path = join(
    import.meta.dirname,
    '..',
    '..',
    'dist',
    'kernels',
    `${process.platform}-${process.arch}`,
    `tatara-kernels.${suffix}`,
  );
  return existsSync(path) ? path : null;
}

/** Sets that this processor can run, the best first; none where no library was built. */
export function kernelSets(path = kernelLibraryPath()): Kernels[] {
  if (!path) return [];
  const library = koffi.load(path);
  const bound = Object.fromEntries(
    Object.entries(symbols).map(([name, signature]) => [name, library.func(signature)]),
  ) as unknown as Bound;
  const sets: Kernels[] = [];
  for (let index = 0; ; index++) {
    const set = bound.set(index) as Handle | null;
    if (!set) return sets;
    sets.push({
      ...bound,
      handle: set,
      name: bound.setName(set) as string,
      address: (op) => koffi.address(library.symbol(ops[op], 'void *')),
    });
  }
}

/** @param wanted A set's name instead of the best one; null where there is no library, or no such set runs here. */
export function loadKernels(wanted?: string): Kernels | null {
  const sets = kernelSets();
  return (wanted === undefined ? sets[0] : sets.find(({ name }) => name === wanted)) ?? null;
}
