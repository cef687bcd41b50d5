import { basename } from 'node:path';
import type { LoadedModel } from '../contract/system.ts';

interface Filed {
  readonly name: string;
  readonly path: string;
}

/** What is in memory, by the names that a person knows. */
export function loadedModels(
  loaded: readonly {
    readonly path: string;
    readonly adapterPaths: readonly string[];
    readonly bytes: number;
    readonly inUse: boolean;
  }[],
  models: readonly Filed[],
  adapters: readonly Filed[],
): LoadedModel[] {
  const nameIn = (filed: readonly Filed[], path: string): string =>
    filed.find((each) => each.path === path)?.name ?? basename(path);
  return loaded.map(({ path, adapterPaths, bytes, inUse }) => ({
    name: nameIn(models, path),
    adapters: adapterPaths.map((each) => nameIn(adapters, each)),
    bytes,
    in_use: inUse,
  }));
}
