import * as z from 'zod';

/** What happened, and what to do. */
export const Failure = z.object({ message: z.string(), hint: z.string().optional() });
export type Failure = z.infer<typeof Failure>;
