import type { AdapterService } from '../models/adapterService.ts';
import type { DefaultModels } from '../models/defaultModels.ts';
import { type ModelService, modelView } from '../models/modelService.ts';
import type { RouteHandlers } from './routeHandlers.ts';

type ModelRoutes = 'importModel' | 'listBases' | 'readModel' | 'deleteModel';
type DefaultRoutes = 'readDefaultModel' | 'chooseDefaultModel' | 'clearDefaultModel';
type AdapterRoutes = 'importAdapter' | 'listAdapters' | 'readAdapter' | 'deleteAdapter';

export function modelHandlers(models: ModelService): Pick<RouteHandlers, ModelRoutes> {
  return {
    importModel: async ({ body, language, signal }) => modelView(await models.import(body, signal), language),
    listBases: async ({ language }) => ({ models: await models.list(language) }),
    readModel: ({ id, language }) => models.read(id, language),
    async deleteModel({ id }) {
      await models.delete(id);
      return { id, deleted: true };
    },
  };
}

export function adapterHandlers(adapters: AdapterService): Pick<RouteHandlers, AdapterRoutes> {
  return {
    importAdapter: ({ body }) => adapters.import(body),
    listAdapters: () => ({ adapters: [...adapters.list()] }),
    readAdapter: ({ id }) => adapters.get(id),
    async deleteAdapter({ id }) {
      await adapters.delete(id);
      return { id, deleted: true };
    },
  };
}

export function defaultModelHandlers(defaults: DefaultModels): Pick<RouteHandlers, DefaultRoutes> {
  return {
    readDefaultModel: () => ({ model: defaults.read() }),
    chooseDefaultModel: async ({ body }) => ({ model: await defaults.choose(body.model) }),
    clearDefaultModel() {
      defaults.clear();
      return { model: null };
    },
  };
}
