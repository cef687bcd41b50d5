import type { TestContext } from 'node:test';
import type { Kernels } from '../../native/ffi/kernels.ts';
import { type Ggml, loadGgml } from '../../native/ffi/library.ts';
import { Device } from '../../native/ggml/device.ts';
import { builtKernels } from './builtKernels.ts';

let ggml: Ggml | undefined;

/**
 * The CPU with one thread: ggml's threads wait for each other by spinning, and the tests share two cores.
 * `TATARA_GGML_CPU` names another CPU variant than the best one, as for the engine process, and `TATARA_KERNELS` other
 * kernels of our own than the best ones, or `none`.
 */
export function cpuDevice(context: TestContext, threads = 1): Device {
  const { TATARA_GGML_CPU: cpuVariant } = process.env;
  ggml ??= loadGgml({ gpu: false, ...(cpuVariant === undefined ? {} : { cpuVariant }) });
  const device = new Device(ggml, 'CPU', threads, wantedKernels());
  context.after(() => device[Symbol.dispose]());
  return device;
}

/** Null where there is no C compiler, too. */
export function wantedKernels(): Kernels | null {
  const { TATARA_KERNELS: wanted } = process.env;
  const sets = builtKernels();
  return (wanted === undefined ? sets[0] : sets.find(({ name }) => name === wanted)) ?? null;
}
