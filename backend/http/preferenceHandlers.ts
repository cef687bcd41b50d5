import { TataraError } from '../contract/errors.ts';
import type { PreferenceStore } from '../evaluation/preferenceStore.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface PreferenceHandlersOptions {
  readonly store: PreferenceStore;
  readonly newId: () => string;
  readonly now: () => string;
}

type PreferenceRoutes = 'createPreference' | 'listPreferences' | 'deletePreference';

export function preferenceHandlers(options: PreferenceHandlersOptions): Pick<RouteHandlers, PreferenceRoutes> {
  const { store, newId, now } = options;
  return {
    createPreference({ body }) {
      const preference = { ...body, id: newId(), created_at: now() };
      store.add(preference);
      return preference;
    },
    listPreferences: ({ query }) => ({ preferences: store.list(query.offset, query.limit), total: store.count() }),
    deletePreference({ id }) {
      if (!store.delete(id)) throw new TataraError('preference_not_found', { id });
      return { id, deleted: true };
    },
  };
}
