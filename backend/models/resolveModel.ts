import { stat } from 'node:fs/promises';
import type { ModelRecord } from './ports.ts';

/** What a person wrote for a model or an adapter: its id, its name, or the unambiguous start of its id. */
export function resolveByName<T extends { readonly id: string; readonly name: string }>(
  asked: string,
  newestFirst: readonly T[],
): T | null {
  const exact =
    newestFirst.find(({ id }) => id === asked) ?? newestFirst.find(({ name }) => name === asked) ?? undefined;
  if (exact) return exact;
  const starting = asked.length < 6 ? [] : newestFirst.filter(({ id }) => id.startsWith(asked));
  return starting.length === 1 ? starting[0]! : null;
}

/** Whether the file of a model is still the one that was hashed, as far as size and time tell. */
export async function fileState(model: ModelRecord): Promise<'there' | 'missing' | 'changed'> {
  const found = await stat(model.path).catch(() => null);
  if (!found?.isFile()) return 'missing';
  return found.size === model.bytes && found.mtimeMs === model.modified ? 'there' : 'changed';
}
