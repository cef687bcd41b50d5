import * as z from 'zod';
import { Recipe } from '../contract/recipe.ts';

/** The part of JSON Schema that recipes use. */
export interface ValueSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
  readonly items?: ValueSchema;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Made of the contract, so that what errors say is what is checked. */
const recipeSchema = z.toJSONSchema(Recipe, { io: 'input' }) as ValueSchema;

/** The schema of the value at a path; an empty one where there is none. */
export function schemaAt(path: readonly PropertyKey[]): ValueSchema {
  return path.reduce<ValueSchema>(
    (schema, part) => (typeof part === 'number' ? schema.items : ownSchema(schema, String(part))) ?? {},
    recipeSchema,
  );
}

export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  return Object.keys(schemaAt(path).properties ?? {});
}

function ownSchema({ properties }: ValueSchema, key: string): ValueSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
