import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recipe } from '../../../backend/contract/recipe.ts';
import { editRecipe } from '../../../backend/recipes/editRecipe.ts';
import { recommendSettings, type Task } from '../../../backend/recipes/recommendSettings.ts';

const usual: Task = { method: 'lora', effort: 'balanced', parameters: 3e9, fileType: 'F16', rows: 10_000 };

function values(task: Partial<Task>): Record<string, unknown> {
  const settings = recommendSettings({ ...usual, ...task }, 'en');
  return Object.fromEntries(settings.map(({ path, value }) => [path.replace(/^\w+\./, ''), value]));
}

const cases: readonly (readonly [string, Partial<Task>, Record<string, unknown>])[] = [
  ['3B in 16 bits', {}, { rank: 8, alpha: 16, batch_size: 32, gradient_accumulation: 2, learning_rate: 2e-4 }],
  ['3B in 8 bits', { fileType: 'Q8_0' }, { batch_size: 64, learning_rate: 2e-4, scheduler: 'linear' }],
  ['3B in 4 bits', { fileType: 'Q4_K' }, { batch_size: 128, learning_rate: 1e-4, scheduler: 'constant' }],
  ['8B', { parameters: 8e9 }, { rank: 16, alpha: 32, batch_size: 16, gradient_accumulation: 4 }],
  ['22B', { parameters: 22e9 }, { rank: 32, alpha: 64, dropout: 0.05, gradient_checkpointing: true, batch_size: 4 }],
  ['70B in 4 bits', { parameters: 70e9, fileType: 'Q4_K' }, { batch_size: 4, gradient_accumulation: 8 }],
  ['few rows cut the batch', { rows: 20 }, { batch_size: 4, gradient_accumulation: 1 }],
  ['one row', { rows: 1 }, { batch_size: 1 }],
  ['quick', { effort: 'quick' }, { epochs: 1, learning_rate: 2e-4 }],
  ['careful', { effort: 'careful' }, { epochs: 5, learning_rate: 1e-4 }],
  ['every parameter', { method: 'full' }, { learning_rate: 5e-5, scheduler: 'cosine', rank: undefined }],
  ['a tiny base', { parameters: 3e6, rows: 20 }, { learning_rate: 3e-3, batch_size: 4 }],
];

for (const [name, task, expected] of cases) {
  test(name, () => {
    const found = values(task);
    for (const [key, value] of Object.entries(expected)) assert.equal(found[key], value, key);
  });
}

test('every recommendation is a recipe, and says why in both languages', () => {
  for (const [, task] of cases) {
    const settings = recommendSettings({ ...usual, ...task }, 'en');
    const changes = settings.map(({ path, value }) => ({ path, value }));
    const yaml = `base: m\ndataset: d\nmethod: ${task.method ?? 'lora'}\n`;
    const { recipe, problems } = editRecipe({ recipe_yaml: yaml, changes }, 'en');
    assert.deepEqual(problems, []);
    assert.ok(Recipe.parse(recipe));
    for (const language of ['en', 'ja'] as const) {
      for (const { path, reason } of recommendSettings({ ...usual, ...task }, language)) {
        assert.match(reason, language === 'ja' ? /[ぁ-ん]/ : /^[A-Z]/, path);
        assert.doesNotMatch(reason, /\{|undefined/, path);
      }
    }
  }
});
