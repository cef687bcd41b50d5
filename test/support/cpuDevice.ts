import type { TestContext } from 'node:test';
import { type Ggml, loadGgml } from '../../native/ffi/library.ts';
import { Device } from '../../native/ggml/device.ts';

let ggml: Ggml | undefined;

/**
 * The CPU with one thread: ggml's threads wait for each other by spinning, and the tests share two cores.
 * `TATARA_GGML_CPU` names another CPU variant than the best one, as for the engine process.
 */
export function cpuDevice(context: TestContext, threads = 1): Device {
  const { TATARA_GGML_CPU: cpuVariant } = process.env;
  ggml ??= loadGgml({ gpu: false, ...(cpuVariant === undefined ? {} : { cpuVariant }) });
  const device = new Device(ggml, 'CPU', threads);
  context.after(() => device[Symbol.dispose]());
  return device;
}
