import type { DatasetStore } from '../datasets/datasetStore.ts';
import type { RunJournal } from '../jobs/runJournal.ts';
import type { Log } from '../log/log.ts';
import type { AdapterService } from '../models/adapterService.ts';
import type { ModelService } from '../models/modelService.ts';
import type { AdapterStore, ModelStore } from '../models/ports.ts';
import type { Answerers, Engine, RowEncoders, TokenFiles } from './ports.ts';
import type { RowSource } from './prepareRows.ts';
import type { RunStore } from './runStore.ts';

/** All that runs work with; wired by main.ts. */
export interface RunEnvironment {
  readonly store: RunStore;
  readonly journal: RunJournal;
  readonly datasets: DatasetStore;
  readonly models: ModelService;
  readonly adapters: AdapterService;
  readonly modelStore: ModelStore;
  readonly adapterStore: AdapterStore;
  readonly rows: RowSource;
  readonly engine: Engine;
  readonly encoders: RowEncoders;
  readonly answerers: Answerers;
  readonly tokenFiles: TokenFiles;
  /** Gives memory back that only speeds up later questions; called before an engine is started. */
  readonly freeMemory: () => Promise<void>;
  readonly directories: {
    readonly runs: string;
    readonly models: string;
    readonly adapters: string;
    /** For what is deleted right afterwards. */
    readonly scratch: string;
  };
  readonly log: Log;
  readonly newId: (prefix: string) => string;
  readonly now: () => string;
  /** Of Tatara, written into adapters. */
  readonly version: string;
}
