import { setImmediate as nextTurn } from 'node:timers/promises';

/** In the order in which they need each other; the last one brings what is left. */
const parts: readonly (() => Promise<unknown>)[] = [
  () => import('../../backend/contract/common.ts'),
  () => import('../../backend/contract/recipe.ts'),
  () => import('../../backend/contract/run.ts'),
  () => import('../../backend/contract/dataset.ts'),
  () => import('../../backend/contract/datasetView.ts'),
  () => import('../../backend/contract/routes.ts'),
  () => import('../../backend/client/connectBackend.ts'),
];

let loading: Promise<void> | null = null;

/**
 * Loads zod, the contract and the client a part at a time, so that the other extensions of this host are not kept
 * waiting; whoever then imports them finds them loaded.
 */
export function loadContract(): Promise<void> {
  loading ??= (async () => {
    for (const load of parts) {
      await load();
      await nextTurn();
    }
  })();
  return loading;
}
