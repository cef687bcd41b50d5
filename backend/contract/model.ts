import * as z from 'zod';
import { ContentHash, Name, Timestamp } from './common.ts';
import { verdictKinds } from './verdict.ts';

/** What the evaluation of the run has shown that made it; absent: none did, or it was not evaluated. */
const verdict = z.enum(verdictKinds).optional();

/** What the header of a GGUF file says, checked, without loading it. */
export const ModelFacts = z.object({
  architecture: z.string(),
  parameters: z.number(),
  layers: z.int(),
  embedding_length: z.int(),
  context_length: z.int(),
  vocabulary: z.int(),
  /** The type that most of the weights have, e.g. `Q8_0`. */
  file_type: z.string(),
  has_chat_template: z.boolean(),
  /** From the file's metadata, where it says. */
  licence: z.string().optional(),
  /** Null where it can be trained; else the error that training would give, e.g. `model_architecture`. */
  training_refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type ModelFacts = z.infer<typeof ModelFacts>;

/** A base model stays where it lies and is named by its file's hash. */
export const Model = z.object({
  id: z.string(),
  name: Name,
  path: z.string(),
  hash: ContentHash,
  bytes: z.int(),
  facts: ModelFacts,
  verdict,
  created_at: Timestamp,
  /** False where the file is gone or has changed since. */
  available: z.boolean(),
});
export type Model = z.infer<typeof Model>;

/**
 * A GGUF file, or a Hugging Face folder (config.json, safetensors, tokenizer.json), which is converted to GGUF in the
 * data directory first. The path is absolute and on this machine.
 */
export const ModelImport = z.strictObject({ path: z.string().min(1), name: Name.optional() });
export type ModelImport = z.infer<typeof ModelImport>;

/** An adapter belongs to one base and comes from one run, or was imported. */
export const Adapter = z.object({
  id: z.string(),
  name: Name,
  base_id: z.string(),
  base_hash: ContentHash,
  /** Absent: imported. */
  run_id: z.string().optional(),
  /** Of the run's checkpoint that it was made of; absent: what the run itself made at its end. */
  step: z.int().optional(),
  /** GGUF, in llama.cpp's format. */
  path: z.string(),
  /** Folder in PEFT's format; absent for an imported one. */
  peft_path: z.string().optional(),
  rank: z.int(),
  alpha: z.number(),
  bytes: z.int(),
  verdict,
  created_at: Timestamp,
});
export type Adapter = z.infer<typeof Adapter>;

export const AdapterImport = z.strictObject({
  path: z.string().min(1),
  base: z.string().min(1),
  name: Name.optional(),
});
export type AdapterImport = z.infer<typeof AdapterImport>;

/** What chat and the API ask where no model is named: a base, or an adapter on its base. */
export const DefaultModel = z.object({
  id: z.string(),
  name: Name,
  kind: z.enum(['base', 'adapter']),
  /** Of a base its own id. */
  base_id: z.string(),
});
export type DefaultModel = z.infer<typeof DefaultModel>;

/** Name or id of a base or an adapter. */
export const DefaultModelChoice = z.strictObject({ model: z.string().min(1) });

/** Null: none is chosen. */
export const DefaultModelAnswer = z.object({ model: DefaultModel.nullable() });
