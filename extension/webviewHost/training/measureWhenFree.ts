import { setTimeout as delay } from 'node:timers/promises';
import type { Backend } from '../../../backend/client/backend.ts';
import { BackendError } from '../../../backend/client/backendError.ts';
import type { Preflight } from '../../../backend/contract/run.ts';
import { hasCode } from './hasCode.ts';

/** Who is waited for. */
export interface WaitedFor {
  readonly run: string | null;
  readonly secondsLeft: number | null;
}

/** How often it is asked again, ms. */
const again = 2_000;

/** What a recipe needs, measured as soon as the device is free. Rejects with the signal's reason. */
export async function measureWhenFree(
  backend: Pick<Backend, 'call'>,
  recipe_yaml: string,
  signal: AbortSignal,
  onWait: (waited: WaitedFor) => void,
): Promise<Preflight> {
  for (;;) {
    try {
      return await backend.call('preflightRun', { body: { recipe_yaml }, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BackendError && hasCode(error, 'engine_busy'))) throw error;
      const { run, seconds_left: left } = error.body.details ?? {};
      onWait({ run: typeof run === 'string' ? run : null, secondsLeft: typeof left === 'number' ? left : null });
    }
    await delay(again, undefined, { signal });
  }
}
