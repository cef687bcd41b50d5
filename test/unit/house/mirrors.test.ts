import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loraTargets as ofRecipes } from '../../../backend/contract/engine.ts';
import { loraTargets as ofEngine } from '../../../native/contract/messages.ts';

// The two contracts may not import each other, so what both must say is held together here.
test('a recipe can name exactly the targets that the engine adapts', () => {
  assert.deepEqual(ofRecipes, ofEngine);
});
