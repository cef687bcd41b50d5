import type { Language } from '../contract/common.ts';
import type { Doctor } from '../contract/system.ts';
import type { RouteHandlers } from './routeHandlers.ts';

export interface SystemHandlersOptions {
  readonly version: string;
  readonly dataDirectory: string;
  readonly examine: (language: Language) => Promise<Doctor>;
  /** Ends the backend, after the answers that are on their way. */
  readonly shutdown: () => void;
}

export function systemHandlers(options: SystemHandlersOptions): Pick<RouteHandlers, 'health' | 'doctor' | 'shutdown'> {
  const { version, dataDirectory, examine, shutdown } = options;
  return {
    health: () => ({
      status: 'ok',
      version,
      pid: process.pid,
      data_directory: dataDirectory,
      uptime_seconds: process.uptime(),
    }),
    doctor: ({ language }) => examine(language),
    shutdown() {
      setImmediate(shutdown);
      return { stopping: true };
    },
  };
}
