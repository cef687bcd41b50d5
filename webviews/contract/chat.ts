import * as z from 'zod';
import { Failure } from './failure.ts';

const id = z.string().min(1);
const text = z.string().max(200_000);

export const Side = z.enum(['first', 'second']);
export type Side = z.infer<typeof Side>;
export const Vote = z.enum(['first', 'second', 'same']);
export type Vote = z.infer<typeof Vote>;

/** How answers are chosen. Null: as the backend has it. */
export const SamplingSettings = z.object({
  temperature: z.number().min(0).max(2),
  top_p: z.number().gt(0).max(1),
  /** Null: to the end of the context. */
  max_tokens: z.int().min(1).max(1_000_000).nullable(),
  /** Null: chance. */
  seed: z.int().nullable(),
});
export type SamplingSettings = z.infer<typeof SamplingSettings>;

export const AnswerFacts = z.object({
  tokens: z.int(),
  /** Of prompt and answer together. */
  context: z.int(),
  seconds: z.number(),
  /** `stopped`: by the person. */
  ended: z.enum(['stop', 'length', 'stopped']),
});
export type AnswerFacts = z.infer<typeof AnswerFacts>;

export const ChatAnswer = z.object({
  model: z.string(),
  text: z.string(),
  /** Null while it is made, and where it failed. */
  facts: AnswerFacts.nullable(),
  failure: Failure.nullable(),
});
export type ChatAnswer = z.infer<typeof ChatAnswer>;

export const ChatTurn = z.object({
  question: text,
  first: ChatAnswer,
  /** Null: only one model was asked. */
  second: ChatAnswer.nullable(),
  vote: z.object({ id: z.string(), better: Vote }).nullable(),
});
export type ChatTurn = z.infer<typeof ChatTurn>;

export const ChatSettings = z.object({
  /** Name of a base or an adapter; null: none is there yet. */
  model: z.string().nullable(),
  /** Whether the base of the adapter is asked beside it. */
  compare: z.boolean(),
  system: text,
  sampling: SamplingSettings,
});
export type ChatSettings = z.infer<typeof ChatSettings>;

export const Conversation = z.object({
  id,
  /** As a person named it; absent: it goes by its first question. */
  name: z.string().max(200).optional(),
  created_at: z.string(),
  changed_at: z.string(),
  settings: ChatSettings,
  turns: z.array(ChatTurn),
});
export type Conversation = z.infer<typeof Conversation>;

/** A model that can be asked. `base` is the base of an adapter, null for a base itself. */
export const AskedModel = z.object({ name: z.string(), base: z.string().nullable(), context: z.int() });
export type AskedModel = z.infer<typeof AskedModel>;

export const ChatPageState = z.object({
  /** Null: a new one. */
  conversationId: z.string().nullable(),
  /** The model to begin with. */
  model: z.string().optional(),
  /** What was typed and not yet sent. */
  draft: text.optional(),
});
export type ChatPageState = z.infer<typeof ChatPageState>;

export const ChatToPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('models'), models: z.array(AskedModel) }),
  /** Those that are kept and fit what is searched for, the last changed first. */
  z.object({
    type: z.literal('conversations'),
    conversations: z.array(z.object({ id, title: z.string(), changed_at: z.string() })),
  }),
  /** All of the one that is shown. */
  z.object({ type: z.literal('conversation'), conversation: Conversation, answering: z.boolean() }),
  /** More of an answer of the last turn. */
  z.object({ type: z.literal('piece'), conversationId: id, side: Side, text: z.string() }),
  z.object({ type: z.literal('failure'), failure: Failure }),
]);
export type ChatToPage = z.infer<typeof ChatToPage>;

export const ChatToHost = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    conversationId: z.string().nullable(),
    model: z.string().optional(),
  }),
  z.object({ type: z.literal('new') }),
  z.object({ type: z.literal('select'), conversationId: id }),
  z.object({ type: z.literal('search'), text: z.string().max(500) }),
  z.object({ type: z.literal('rename'), conversationId: id }),
  z.object({ type: z.literal('export'), conversationId: id }),
  z.object({ type: z.literal('delete'), conversationId: id }),
  z.object({ type: z.literal('settings'), conversationId: id, settings: ChatSettings }),
  /** `from`: the turn that is said anew, with all after it; absent: a further turn. */
  z.object({ type: z.literal('send'), conversationId: id, text: text.min(1), from: z.int().min(0).optional() }),
  z.object({ type: z.literal('stop') }),
  z.object({ type: z.literal('vote'), conversationId: id, turn: z.int().min(0), better: Vote }),
  z.object({ type: z.literal('copy'), text: z.string() }),
]);
export type ChatToHost = z.infer<typeof ChatToHost>;
