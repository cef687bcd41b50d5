import * as z from 'zod';
import { DeviceFacts } from './engine.ts';
import { DefaultModel } from './model.ts';

export const Health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  /** Of the process, so that a client knows which backend it found. */
  pid: z.int(),
  data_directory: z.string(),
  uptime_seconds: z.number(),
});
export type Health = z.infer<typeof Health>;

/** A model that is held in memory to be asked. */
export const LoadedModel = z.object({
  /** Of the base; the file's name where its model was deleted since. */
  name: z.string(),
  /** Names of the adapters that are ready on it. */
  adapters: z.array(z.string()),
  /** Weights and contexts. */
  bytes: z.number(),
  /** Being asked right now; the others are unloaded where memory is needed. */
  in_use: z.boolean(),
});
export type LoadedModel = z.infer<typeof LoadedModel>;

/** How the backend is at this moment. */
export const Status = z.object({
  version: z.string(),
  pid: z.int(),
  data_directory: z.string(),
  uptime_seconds: z.number(),
  /** Resident memory of the backend's process, with the models; an engine that trains has its own. */
  memory: z.number(),
  loaded: z.array(LoadedModel),
  /** Null: none is chosen. */
  default_model: DefaultModel.nullable(),
  runs: z.object({ running: z.int(), queued: z.int() }),
});
export type Status = z.infer<typeof Status>;

export const DoctorCheck = z.object({
  /** Stable name: `node`, `libraries`, `devices`, `memory`, `disk`, `data_directory`, `database`, `port`. */
  id: z.string(),
  state: z.enum(['ok', 'warning', 'error']),
  /** What was looked at, what was found, and what to do where it is not right; in the asked-for language. */
  title: z.string(),
  finding: z.string(),
  advice: z.string().optional(),
});

export const Doctor = z.object({
  version: z.string(),
  engine_version: z.string().nullable(),
  ggml_version: z.string().nullable(),
  cpu_variant: z.string().nullable(),
  devices: z.array(DeviceFacts),
  memory_total: z.number(),
  memory_free: z.number(),
  disk_free: z.number(),
  data_directory: z.string(),
  checks: z.array(DoctorCheck),
});
export type Doctor = z.infer<typeof Doctor>;
