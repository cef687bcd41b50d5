import * as z from 'zod';

/** What a page is opened with: it stands in `data-start` of the body, as JSON. */
export const PageStart = z.object({
  language: z.enum(['en', 'ja']),
  /** What the page is about and how it looked, as the page's own schema says. */
  state: z.unknown(),
});
export type PageStart = z.infer<typeof PageStart>;
