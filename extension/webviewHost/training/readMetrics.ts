import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Backend } from '../../../backend/client/backend.ts';
import type { RunMetrics } from '../../../backend/contract/run.ts';

/** Steps that are read, checked and sent on at once: few enough to keep nobody waiting. */
const pageSteps = 2000;

/** The metrics of a run page by page, all of one moment; at least one page. */
export async function* readMetrics(backend: Backend, id: string, signal?: AbortSignal): AsyncGenerator<RunMetrics> {
  let query: { limit: number; above?: number; last_event?: number } = { limit: pageSteps };
  for (;;) {
    const page = await backend.call('runMetrics', { params: { id }, query, ...(signal ? { signal } : {}) });
    yield page;
    const above = page.step.at(-1);
    if (!page.more || above === undefined) return;
    query = { limit: pageSteps, above, last_event: page.last_event };
    await nextTurn();
  }
}
