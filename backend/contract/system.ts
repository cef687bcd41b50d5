import * as z from 'zod';
import { DeviceFacts } from './engine.ts';

export const Health = z.object({
  status: z.literal('ok'),
  version: z.string(),
  /** Of the process, so that a client knows which backend it found. */
  pid: z.int(),
  data_directory: z.string(),
  uptime_seconds: z.number(),
});
export type Health = z.infer<typeof Health>;

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
