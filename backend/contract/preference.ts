/** Which of two answers a person found better: what preference training learns from. */
import * as z from 'zod';
import { Timestamp } from './common.ts';
import { ChatMessage } from './dataset.ts';

const JudgedAnswer = z.strictObject({ model: z.string().min(1), text: z.string() });

export const PreferenceCreate = z.strictObject({
  /** The conversation up to the question. */
  messages: z.array(ChatMessage).min(1),
  answers: z.tuple([JudgedAnswer, JudgedAnswer]),
  /** `same`: neither is better. */
  better: z.enum(['first', 'second', 'same']),
});
export type PreferenceCreate = z.infer<typeof PreferenceCreate>;

/** `same`: judgements without a better answer, which are left out. */
export const PreferencesExported = z.object({ path: z.string(), rows: z.int(), bytes: z.int(), same: z.int() });

export const Preference = PreferenceCreate.extend({ id: z.string(), created_at: Timestamp });
export type Preference = z.infer<typeof Preference>;
