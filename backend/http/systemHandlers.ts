import type { Language } from '../contract/common.ts';
import type { Doctor, Status } from '../contract/system.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface SystemHandlersOptions {
  readonly version: string;
  readonly dataDirectory: string;
  readonly examine: (language: Language) => Promise<Doctor>;
  readonly status: () => Pick<Status, 'loaded' | 'default_model' | 'runs'>;
  /** Ends the backend, after the answers that are on their way. */
  readonly shutdown: () => void;
}

type SystemRoutes = 'health' | 'status' | 'doctor' | 'shutdown';

export function systemHandlers(options: SystemHandlersOptions): Pick<RouteHandlers, SystemRoutes> {
  const { version, dataDirectory, examine, status, shutdown } = options;
  const identity = () => ({
    version,
    pid: process.pid,
    data_directory: dataDirectory,
    uptime_seconds: process.uptime(),
  });
  return {
    health: () => ({ status: 'ok', ...identity() }),
    status: () => ({ ...identity(), memory: process.memoryUsage.rss(), ...status() }),
    doctor: ({ language }) => examine(language),
    shutdown() {
      setImmediate(shutdown);
      return { stopping: true };
    },
  };
}
