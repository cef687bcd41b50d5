/** The settings that mean the same to a person and to the engine. */
import * as z from 'zod';

export const loraTargets = ['q', 'k', 'v', 'o', 'gate', 'up', 'down', 'head'] as const;
export const LoraTarget = z.enum(loraTargets);

export const DeviceFacts = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(['cpu', 'gpu', 'igpu', 'accelerator']),
  memory_total: z.number(),
  memory_free: z.number(),
});
