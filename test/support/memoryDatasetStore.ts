import { randomUUID } from 'node:crypto';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { DatasetStore } from '../../backend/datasets/datasetStore.ts';

/** A store as the port describes it, in memory. */
export function memoryDatasetStore(): DatasetStore {
  const datasets = new Map<string, Dataset>();
  const lastVersion = new Map<string, number>();
  return {
    add(dataset) {
      const same = [...datasets.values()].find(({ name, hash }) => name === dataset.name && hash === dataset.hash);
      if (same !== undefined) return { dataset: same, unchanged: true };
      const version = (lastVersion.get(dataset.name) ?? 0) + 1;
      lastVersion.set(dataset.name, version);
      const added = { ...dataset, id: randomUUID(), version, created_at: new Date().toISOString() };
      datasets.set(added.id, added);
      return { dataset: added, unchanged: false };
    },
    get: (id) => datasets.get(id) ?? null,
    list: () => [...datasets.values()].reverse(),
    delete: (id) => void datasets.delete(id),
    hasHash: (hash) => [...datasets.values()].some((dataset) => dataset.hash === hash),
  };
}
