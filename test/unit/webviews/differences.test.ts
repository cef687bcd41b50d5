import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingDifferences } from '../../../backend/contract/settings.ts';

const run = (settings: Record<string, string | number | string[]>, dataset = 'd@1') => ({
  base: 'm',
  dataset,
  settings,
});

test('only settings that differ are told, with the value of every run', () => {
  const runs = [
    run({ name: 'a', base: 'm', 'lora.rank': 8, 'lora.targets': ['q', 'v'], seed: 42 }),
    run({ name: 'b', base: 'mod_1', 'lora.rank': 16, 'lora.targets': ['q', 'v'], seed: 42 }),
    run({ name: 'c', base: 'm', 'lora.rank': 8, 'lora.targets': ['q'], seed: 42 }, 'd@2'),
  ];
  assert.deepEqual(settingDifferences(runs), [
    { path: 'lora.rank', values: [8, 16, 8] },
    { path: 'lora.targets', values: [['q', 'v'], ['q', 'v'], ['q']] },
    { path: 'dataset', values: ['d@1', 'd@1', 'd@2'] },
  ]);
});

test('a setting that one run does not have differs', () => {
  assert.deepEqual(settingDifferences([run({ 'training.steps': 5 }), run({})]), [
    { path: 'training.steps', values: [5, undefined] },
  ]);
});

test('one run, or none, differs in nothing', () => {
  assert.deepEqual(settingDifferences([run({ seed: 1 })]), []);
  assert.deepEqual(settingDifferences([]), []);
});
