/**
 * Loads ggml's shared libraries as node-llama-cpp ships them. The only place that knows koffi; what it hands out are
 * plain functions on opaque handles. A handle that was freed must not be used again: `native/ggml` owns them.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import koffi from 'koffi';
import { baseSymbols, registrySymbols } from './symbols.ts';

/** An opaque pointer; `null` is NULL. */
export type Handle = bigint;

type Functions<T> = { readonly [K in keyof T]: (...args: any[]) => any };

export interface Ggml extends Functions<typeof baseSymbols>, Functions<typeof registrySymbols> {
  /** Computes on a thread of its own, so that this process keeps reading its stdin. 0 is success. */
  readonly graphComputeAsync: (backend: Handle, graph: Handle) => Promise<number>;
  readonly setThreads: (registry: Handle, backend: Handle, threads: number) => boolean;
  /**
   * Gives the backend threads that stay. Without them ggml makes new ones for every graph, which the system starts on the
   * core that is already busy waiting for them: milliseconds a graph. What ends them again; null where the device has
   * none of its own. To be called after the backend was freed.
   */
  readonly keepThreads: (registry: Handle, backend: Handle, threads: number) => (() => void) | null;
  readonly directory: string;
  /** The chosen CPU library's variant, e.g. `sapphirerapids`; `generic` where there is only one. */
  readonly cpuVariant: string;
}

/** The version whose signatures `symbols.ts` holds. */
const supportedVersion = '0.23.0';

export class LibraryError extends Error {
  override readonly name = 'LibraryError';
}

const require = createRequire(import.meta.url);

export interface LibraryChoice {
  /** Take a GPU's libraries where its driver is there. */
  readonly gpu: boolean;
  /** A CPU variant by name instead of the best one. */
  readonly cpuVariant?: string;
}

/** @throws LibraryError where no library fits this machine, or another version than the supported one lies there. */
export function loadGgml(choice: LibraryChoice): Ggml {
  const directories = libraryDirectories(choice.gpu);
  if (directories.length === 0) {
    throw new LibraryError(`no prebuilt libraries for ${process.platform}-${process.arch} are installed`);
  }
  const directory = directories[0]!;
  const base = open(find(directory, /^(lib)?ggml-base\.(so|dylib|dll)$/));
  const registry = open(find(directory, /^(lib)?ggml(\.[a-z]+)?(\.v[\d.]+)?\.(so|dylib|dll)$/));
  defineStructs();
  const functions = { ...bind(base, baseSymbols), ...bind(registry, registrySymbols) };
  const version = functions.version();
  if (version !== supportedVersion) {
    throw new LibraryError(`ggml ${version} lies in ${directory}, but this engine is made for ${supportedVersion}`);
  }
  const cpuVariant = loadCpu(directory, functions.load, choice.cpuVariant);
  if (choice.gpu) {
    for (const file of readdirSync(directory)) {
      if (/^(lib)?ggml-(cuda|vulkan|metal)\.(so|dylib|dll)$/.test(file)) functions.load(join(directory, file));
    }
  }
  const compute = functions.backendGraphCompute as unknown as { async(...args: unknown[]): void };
  /** A function that a device's library offers by name, or null. */
  const offered = (registryHandle: Handle, name: string, prototype: unknown): ((...args: any[]) => any) | null => {
    const address = functions.registryProcAddress(registryHandle, name);
    return address ? koffi.decode(address, prototype as any) : null;
  };
  const prototypes = definePrototypes();
  return {
    ...functions,
    directory,
    cpuVariant,
    graphComputeAsync: (backend, graph) =>
      new Promise((resolve, reject) => {
        compute.async(backend, graph, (error: Error | null, status: number) =>
          error ? reject(error) : resolve(status),
        );
      }),
    setThreads: (registryHandle, backend, threads) => {
      const set = offered(registryHandle, 'ggml_backend_set_n_threads', prototypes.setThreads);
      set?.(backend, threads);
      return set !== null;
    },
    keepThreads: (registryHandle, backend, threads) => {
      const create = offered(registryHandle, 'ggml_threadpool_new', prototypes.newPool);
      const use = offered(registryHandle, 'ggml_backend_cpu_set_threadpool', prototypes.setPool);
      const free = offered(registryHandle, 'ggml_threadpool_free', prototypes.freePool);
      if (!create || !use || !free) return null;
      // The library fills its own struct; this only has to be larger than it.
      const params = new Uint8Array(4096);
      functions.threadpoolParamsInit(params, threads);
      const pool = create(params) as Handle | null;
      if (!pool) return null;
      use(backend, pool);
      return () => free(pool);
    },
  };
}

/**
 * Folders that hold a whole set of libraries, the best first. A GPU's folder is taken only where its driver can be
 * loaded, because its library would pull in what is not there.
 */
function libraryDirectories(gpu: boolean): string[] {
  const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string];
  const arch = process.arch === 'arm' ? 'armv7l' : process.arch;
  if (!platform) return [];
  const names: string[] = [];
  if (platform === 'mac') {
    names.push(`mac-${arch}-metal`, `mac-${arch}`);
  } else {
    if (gpu && driverLoads(platform === 'win' ? 'nvcuda.dll' : 'libcuda.so.1')) names.push(`${platform}-${arch}-cuda`);
    if (gpu && driverLoads(platform === 'win' ? 'vulkan-1.dll' : 'libvulkan.so.1')) {
      names.push(`${platform}-${arch}-vulkan`);
    }
    names.push(`${platform}-${arch}`);
  }
  return names.map(packageDirectory).filter((directory) => directory !== null);
}

/** The packages forbid to resolve their own manifest, so the folders are looked for where Node would look. */
function packageDirectory(name: string): string | null {
  for (const modules of require.resolve.paths('node-llama-cpp') ?? []) {
    for (const holder of [modules, join(modules, 'node-llama-cpp', 'node_modules')]) {
      const directory = join(holder, '@node-llama-cpp', name, 'bins', name);
      if (existsSync(directory)) return directory;
    }
  }
  return null;
}

function driverLoads(library: string): boolean {
  try {
    koffi.load(library).unload();
    return true;
  } catch {
    return false;
  }
}

/** Each CPU library scores itself on this machine, 0 where it cannot run; the highest is loaded. */
function loadCpu(directory: string, load: (path: string) => unknown, wanted: string | undefined): string {
  const variants = readdirSync(directory).flatMap((file) => {
    const match = /^(?:lib)?ggml-cpu(?:-([\w.]+?))?\.(?:so|dylib|dll)$/.exec(file);
    return match ? [{ path: join(directory, file), name: match[1] ?? 'generic' }] : [];
  });
  const scored = variants
    .map((variant) => ({ ...variant, score: variants.length === 1 ? 1 : scoreOf(variant.path) }))
    .filter((variant) => variant.score > 0)
    .sort((a, b) => b.score - a.score);
  const chosen = wanted === undefined ? scored[0] : scored.find((variant) => variant.name === wanted);
  if (!chosen) {
    const names = scored.map((variant) => variant.name).join(', ');
    throw new LibraryError(
      wanted === undefined ? `no CPU library in ${directory} runs here` : `no CPU variant '${wanted}' here: ${names}`,
    );
  }
  if (!load(chosen.path)) throw new LibraryError(`${chosen.path} did not load`);
  return chosen.name;
}

function scoreOf(path: string): number {
  try {
    const library = koffi.load(path);
    const score = library.func('int ggml_backend_score()')() as number;
    library.unload();
    return score;
  } catch {
    return 0;
  }
}

function find(directory: string, pattern: RegExp): string {
  const file = readdirSync(directory).find((name) => pattern.test(name));
  if (!file) throw new LibraryError(`${directory} has no file like ${pattern.source}`);
  return join(directory, file);
}

function open(path: string): ReturnType<typeof koffi.load> {
  try {
    return koffi.load(path);
  } catch (error) {
    throw new LibraryError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

let structsDefined = false;
function defineStructs(): void {
  if (structsDefined) return;
  koffi.struct('ggml_init_params', { mem_size: 'size_t', mem_buffer: 'void *', no_alloc: 'bool' });
  structsDefined = true;
}

function definePrototypes() {
  return {
    setThreads: koffi.proto('void tatara_set_n_threads(void *backend, int threads)'),
    newPool: koffi.proto('void *tatara_threadpool_new(void *params)'),
    setPool: koffi.proto('void tatara_set_threadpool(void *backend, void *pool)'),
    freePool: koffi.proto('void tatara_threadpool_free(void *pool)'),
  };
}

function bind<T extends Record<string, string>>(library: ReturnType<typeof koffi.load>, symbols: T): Functions<T> {
  const bound: Record<string, (...args: any[]) => any> = {};
  for (const [name, signature] of Object.entries(symbols)) bound[name] = library.func(signature) as any;
  return bound as Functions<T>;
}
