import { TataraError } from '../contract/errors.ts';
import { preferenceLines } from '../evaluation/preferenceLines.ts';
import type { PreferenceStore } from '../evaluation/preferenceStore.ts';
import { writeExport } from '../files/writeExport.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface PreferenceHandlersOptions {
  readonly store: PreferenceStore;
  readonly newId: () => string;
  readonly now: () => string;
}

type PreferenceRoutes = 'createPreference' | 'listPreferences' | 'exportPreferences' | 'deletePreference';

export function preferenceHandlers(options: PreferenceHandlersOptions): Pick<RouteHandlers, PreferenceRoutes> {
  const { store, newId, now } = options;
  return {
    createPreference({ body }) {
      const preference = { ...body, id: newId(), created_at: now() };
      store.add(preference);
      return preference;
    },
    listPreferences: ({ query }) => ({ preferences: store.list(query.offset, query.limit), total: store.count() }),
    async exportPreferences({ body }) {
      let same = 0;
      const written = await writeExport(
        body,
        preferenceLines(store, () => same++),
      );
      return { ...written, same };
    },
    deletePreference({ id }) {
      if (!store.delete(id)) throw new TataraError('preference_not_found', { id });
      return { id, deleted: true };
    },
  };
}
