import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { loraTargets as ofRecipes } from '../../../backend/contract/engine.ts';
import { Checkpoint, Preflight, Samples } from '../../../backend/contract/run.ts';
import { loraTargets as ofEngine } from '../../../native/contract/messages.ts';
import { Measured } from '../../../webviews/contract/newRun.ts';
import { Checkpoint as CheckpointOfPage, Samples as SamplesOfPage } from '../../../webviews/contract/run.ts';

// The two contracts may not import each other, so what both must say is held together here.
test('a recipe can name exactly the targets that the engine adapts', () => {
  assert.deepEqual(ofRecipes, ofEngine);
});

const copies: [what: string, own: z.ZodObject, shown: z.ZodObject][] = [
  ['a pre-flight', Preflight, Measured],
  ['a checkpoint', Checkpoint, CheckpointOfPage],
  ['answers on the way', Samples, SamplesOfPage],
];
for (const [what, own, shown] of copies) {
  test(`a page is told ${what} as the backend tells it`, () => {
    const fields = (schema: z.ZodObject) => Object.entries(z.toJSONSchema(schema, { io: 'output' }).properties ?? {});
    const known = new Map(fields(own));
    assert.ok(fields(shown).length > 2);
    for (const [name, field] of fields(shown)) assert.deepEqual(field, known.get(name), name);
  });
}
