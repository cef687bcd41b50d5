import { availableParallelism } from 'node:os';
import { EngineError, failure } from '../contract/engineError.ts';
import type { DeviceFacts } from '../contract/messages.ts';
import type { Kernels } from '../ffi/kernels.ts';
import type { Ggml, Handle } from '../ffi/library.ts';

const kinds = ['cpu', 'gpu', 'igpu', 'accelerator'] as const;

/** What this process can compute on. */
export function listDevices(ggml: Ggml): DeviceFacts[] {
  return Array.from({ length: Number(ggml.deviceCount()) }, (_, index) => factsOf(ggml, ggml.deviceGet(index)));
}

function factsOf(ggml: Ggml, device: Handle): DeviceFacts {
  const free = [0];
  const total = [0];
  ggml.deviceMemory(device, free, total);
  return {
    name: ggml.deviceName(device),
    description: ggml.deviceDescription(device),
    kind: kinds[ggml.deviceType(device)] ?? 'accelerator',
    memoryTotal: Number(total[0]),
    memoryFree: Number(free[0]),
  };
}

/** A device that is open for computing. */
export class Device implements Disposable {
  readonly ggml: Ggml;
  readonly facts: DeviceFacts;
  /** Our own kernels, on a CPU that they were made for; else ggml's ops do everything. */
  readonly kernels: Kernels | null;
  readonly #registry: Handle;
  #threads: number;
  readonly #backend: Handle;
  /** Ends the threads that were kept for this device. */
  readonly #endThreads: (() => void) | null;
  #open = true;

  /**
   * @param name `auto`: the first GPU with memory of its own, else the first integrated one, else the CPU.
   * @param threads Null: all cores of the machine that this process may use.
   * @throws EngineError `engine_device` where there is no such device.
   */
  constructor(ggml: Ggml, name: string, threads: number | null, kernels: Kernels | null = null) {
    const handles: Handle[] = Array.from({ length: Number(ggml.deviceCount()) }, (_, index) => ggml.deviceGet(index));
    const devices = handles.map((handle) => ({ handle, facts: factsOf(ggml, handle) }));
    const chosen =
      name === 'auto'
        ? (['gpu', 'igpu', 'cpu'] as const)
            .map((kind) => devices.find((device) => device.facts.kind === kind))
            .find((device) => device !== undefined)
        : devices.find((device) => device.facts.name.toLowerCase() === name.toLowerCase());
    if (!chosen) {
      throw new EngineError('engine_device', {
        device: name,
        devices: devices.map((device) => device.facts.name).join(', '),
      });
    }
    this.ggml = ggml;
    this.facts = chosen.facts;
    this.kernels = chosen.facts.kind === 'cpu' ? kernels : null;
    const backend = ggml.deviceInit(chosen.handle, null) as Handle | null;
    if (!backend) {
      const { name: found } = chosen.facts;
      const reason = { en: `the device ${found} could not be opened`, ja: `デバイス ${found} を開けませんでした` };
      throw failure('engine_library', {}, reason);
    }
    this.#backend = backend;
    this.#registry = ggml.deviceRegistry(chosen.handle);
    this.#threads = threads ?? availableParallelism();
    this.#endThreads = this.#threads > 1 ? ggml.keepThreads(this.#registry, backend, this.#threads) : null;
    ggml.setThreads(this.#registry, backend, this.#threads);
  }

  get threads(): number {
    return this.#threads;
  }

  /** At most as many as it was opened with. Takes effect with the next graph; a GPU has none and ignores it. */
  set threads(count: number) {
    if (count === this.#threads) return;
    this.#threads = count;
    this.ggml.setThreads(this.#registry, this.backend, count);
  }

  get backend(): Handle {
    if (!this.#open) throw new Error('the device was closed');
    return this.#backend;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    this.ggml.backendFree(this.#backend);
    this.#endThreads?.();
  }
}
