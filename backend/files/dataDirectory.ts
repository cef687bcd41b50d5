import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where everything lies that Tatara keeps: `TATARA_HOME`, else the place that the platform has for such data. */
export function defaultDataDirectory(
  environment: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (environment.TATARA_HOME) return resolve(environment.TATARA_HOME);
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'tatara');
  if (platform === 'win32') return join(environment.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'tatara');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'tatara');
}

/** The folders of a data directory. */
export interface DataLayout {
  readonly root: string;
  readonly database: string;
  readonly lock: string;
  readonly log: string;
  /** Rows of data sets, each in a folder named by its hash. */
  readonly datasets: string;
  /** Models that were converted or trained here, each in a folder named by its id. */
  readonly models: string;
  readonly adapters: string;
  /** Token files and checkpoints, a folder a run. */
  readonly runs: string;
  /** What may be deleted at every start. */
  readonly scratch: string;
}

export function dataLayout(root: string): DataLayout {
  return {
    root,
    database: join(root, 'tatara.db'),
    lock: join(root, 'lock.db'),
    log: join(root, 'logs', 'backend.log'),
    datasets: join(root, 'datasets'),
    models: join(root, 'models'),
    adapters: join(root, 'adapters'),
    runs: join(root, 'runs'),
    scratch: join(root, 'scratch'),
  };
}
