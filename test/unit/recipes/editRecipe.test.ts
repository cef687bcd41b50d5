import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Recipe } from '../../../backend/contract/recipe.ts';
import type { RecipeChange } from '../../../backend/contract/recipeEdit.ts';
import { editRecipe } from '../../../backend/recipes/editRecipe.ts';

const written = `# My first recipe
base: m # the small one
dataset: d

training:
  # slow and steady
  learning_rate: 1e-4 # try 2e-4
  epochs: 2
`;

const cases: readonly (readonly [string, string, readonly RecipeChange[], string])[] = [
  ['no change leaves every byte', written, [], written],
  [
    'a value is changed where it stands, with its comments',
    written,
    [{ path: 'training.learning_rate', value: 0.003 }],
    written.replace('1e-4 #', '0.003 #'),
  ],
  [
    'a setting is taken out, the others stay',
    written,
    [{ path: 'training.epochs', value: null }],
    written.replace('  epochs: 2\n', ''),
  ],
  [
    'a section is made where there is none',
    'base: m\ndataset: d\n',
    [
      { path: 'lora.rank', value: 4 },
      { path: 'lora.targets', value: ['q', 'v'] },
    ],
    'base: m\ndataset: d\nlora:\n  rank: 4\n  targets: [q, v]\n',
  ],
  [
    'a section is filled that stood empty',
    'base: m\ndataset: d\nlora:\n',
    [{ path: 'lora.rank', value: 4 }],
    'base: m\ndataset: d\nlora:\n  rank: 4\n',
  ],
  [
    'a section that is empty afterwards goes too',
    'base: m\ndataset: d\nlora:\n  rank: 4\n',
    [{ path: 'lora.rank', value: null }],
    'base: m\ndataset: d\n',
  ],
  ['an empty recipe is begun', '', [{ path: 'base', value: 'm: x' }], 'base: "m: x"\n'],
  ['broken YAML is not touched', 'base: [m\n', [{ path: 'base', value: 'x' }], 'base: [m\n'],
  ['a list instead of a recipe is not touched', '- base\n', [{ path: 'base', value: 'x' }], '- base\n'],
];

for (const [name, text, changes, expected] of cases) {
  test(name, () => {
    assert.equal(editRecipe({ recipe_yaml: text, changes: [...changes] }, 'en').recipe_yaml, expected);
  });
}

test('the answer has the whole recipe, or its problems with their places', () => {
  assert.deepEqual(editRecipe({ recipe_yaml: written, changes: [] }, 'en'), {
    recipe_yaml: written,
    recipe: Recipe.parse({ base: 'm', dataset: 'd', training: { learning_rate: 1e-4, epochs: 2 } }),
    problems: [],
  });
  const { recipe, problems } = editRecipe(
    { recipe_yaml: written, changes: [{ path: 'training.epochs', value: 'many' }] },
    'ja',
  );
  assert.equal(recipe, null);
  assert.deepEqual(
    problems.map(({ code, path, line }) => ({ code, path, line })),
    [{ code: 'recipe_wrong_value', path: 'training.epochs', line: 8 }],
  );
});

test('what the form sets is what the recipe then says', () => {
  const change = fc.oneof(
    fc.record({ path: fc.constant('lora.rank'), value: fc.integer({ min: 1, max: 1024 }) }),
    fc.record({ path: fc.constant('training.epochs'), value: fc.double({ min: 0.001, max: 1e6, noNaN: true }) }),
    fc.record({ path: fc.constant('seed'), value: fc.integer({ min: 0, max: 0xffffffff }) }),
    fc.record({ path: fc.constant('training.gradient_checkpointing'), value: fc.boolean() }),
    fc.record({ path: fc.constant('dataset'), value: fc.string({ minLength: 1 }).filter((t) => t.isWellFormed()) }),
  );
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      const { recipe, recipe_yaml: yaml } = editRecipe({ recipe_yaml: written, changes }, 'en');
      assert.ok(recipe !== null, yaml);
      for (const [path, value] of new Map(changes.map((each) => [each.path, each.value]))) {
        const found: unknown = path
          .split('.')
          .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], recipe);
        assert.equal(found, value);
      }
      assert.match(yaml, /# slow and steady/);
    }),
  );
});
