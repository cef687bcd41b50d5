import * as z from 'zod';

/** ISO 8601, UTC. */
export const Timestamp = z.iso.datetime();

/** `sha256:` and 64 hex digits of the content. */
export const ContentHash = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** What a person calls a thing: no control characters, no leading or trailing space. */
export const Name = z
  .string()
  .min(1)
  .max(120)
  .regex(/^(?!\s)[^\p{C}/\\@]+(?<!\s)$/u);

export const Page = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

export const Language = z.enum(['en', 'ja']);
export type Language = z.infer<typeof Language>;

/** A text in both of the product's languages. */
export type Localised = Readonly<Record<Language, string>>;

export const Deleted = z.object({ id: z.string(), deleted: z.literal(true) });

/** One wrong place of a file or an object that a person wrote. Line and column count from 1, the column in characters. */
export const ErrorProblem = z.object({
  /** A code of the error table. */
  code: z.string(),
  message: z.string(),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  /** Where in the object: `training.learning_rate`. */
  path: z.string().optional(),
});
export type ErrorProblem = z.infer<typeof ErrorProblem>;
