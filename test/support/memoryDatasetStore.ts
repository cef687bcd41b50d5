import { randomUUID } from 'node:crypto';
import type { Dataset } from '../../backend/contract/dataset.ts';
import type { DatasetStore } from '../../backend/datasets/datasetStore.ts';
import type { FoundProblem } from '../../backend/datasets/foundProblem.ts';

/** A store as the port describes it, in memory. */
export function memoryDatasetStore(): DatasetStore {
  const datasets = new Map<string, Dataset>();
  const problems = new Map<string, readonly FoundProblem[]>();
  const lastVersion = new Map<string, number>();
  return {
    add({ problems: found, anew = false, ...dataset }) {
      const versions = [...datasets.values()].filter(({ name }) => name === dataset.name);
      const same = (anew ? versions.slice(-1) : versions).find(({ hash }) => hash === dataset.hash);
      if (same !== undefined) return { dataset: same, unchanged: true };
      const version = (lastVersion.get(dataset.name) ?? 0) + 1;
      lastVersion.set(dataset.name, version);
      const added = { ...dataset, id: randomUUID(), version, created_at: new Date().toISOString() };
      datasets.set(added.id, added);
      problems.set(added.id, 'of' in found ? (problems.get(found.of) ?? []) : found);
      return { dataset: added, unchanged: false };
    },
    get: (id) => datasets.get(id) ?? null,
    list: () => [...datasets.values()].reverse(),
    problems: (id, offset, limit) => (problems.get(id) ?? []).slice(offset, offset + limit),
    keptProblems: (id) => problems.get(id)?.length ?? 0,
    delete: (id) => void datasets.delete(id),
    hasHash: (hash) => [...datasets.values()].some((dataset) => dataset.hash === hash),
  };
}
