/** A pre-flight that is asked for while another run has the device. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { measureWhenFree, type WaitedFor } from '../../extension/webviewHost/training/measureWhenFree.ts';
import { basicRecipe, eventsUntil, importBasics, testBackend } from '../support/testBackend.ts';

test('it is told who is waited for, and measured when the device is free', async (t) => {
  const backend = await testBackend(t, { stepTime: 30 });
  await importBasics(backend);
  const { client } = backend;
  const recipe = basicRecipe({ name: 'first', training: { steps: 1000 } });
  const { id } = await client.call('createRun', { body: { recipe } });
  await eventsUntil(client, id, (event) => event.type === 'step' && event.step >= 3);
  const told: WaitedFor[] = [];
  const measured = await measureWhenFree(client, stringify(basicRecipe()), t.signal, (waited) => {
    told.push(waited);
    void client.call('cancelRun', { params: { id } });
  });
  assert.equal(measured.earlier, false);
  assert.equal(told[0]?.run, 'first');
  assert.equal(typeof told[0]?.secondsLeft, 'number');
});

test('one that is given up is not waited for', async (t) => {
  const backend = await testBackend(t, { stepTime: 30 });
  await importBasics(backend);
  const { client } = backend;
  const { id } = await client.call('createRun', { body: { recipe: basicRecipe({ training: { steps: 1000 } }) } });
  await eventsUntil(client, id, (event) => event.type === 'step');
  const giveUp = new AbortController();
  const waiting = measureWhenFree(client, stringify(basicRecipe()), giveUp.signal, () => giveUp.abort());
  await assert.rejects(waiting, { name: 'AbortError' });
  assert.equal((await client.call('readRun', { params: { id } })).state, 'running');
});
