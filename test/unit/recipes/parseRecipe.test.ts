import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Language } from '../../../backend/contract/common.ts';
import { TataraError } from '../../../backend/contract/errors.ts';
import { Recipe } from '../../../backend/contract/recipe.ts';
import { editDistance } from '../../../backend/recipes/editDistance.ts';
import { formatRecipe } from '../../../backend/recipes/formatRecipe.ts';
import { parseRecipe, parseRecipeYaml } from '../../../backend/recipes/parseRecipe.ts';

function refusal(parse: () => unknown): TataraError {
  try {
    parse();
  } catch (error) {
    if (error instanceof TataraError) return error;
    throw error;
  }
  return assert.fail('accepted');
}

/** `line:column code message` of every problem. */
function problemsOf(text: string, language: Language = 'en'): string[] {
  const error = refusal(() => parseRecipeYaml(text, { language, filename: 'r.yaml' }));
  assert.equal(error.code, 'recipe_invalid');
  assert.equal(error.details.count, error.problems.length);
  assert.ok(String(error.details.reason).includes(error.problems[0]!.message));
  for (const { message } of error.problems) assert.doesNotMatch(message, /\{\w+\}|undefined|\[object/);
  return error.problems.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

const head = 'base: m\ndataset: d\n';

describe('mistakes are told with their place and what was meant', () => {
  const cases: [string, string, string[]][] = [
    [
      'a misspelt key',
      `${head}training:\n  learing_rate: 1e-4\n`,
      ['4:3 recipe_misspelt_key learing_rate: there is no such setting; did you mean learning_rate?'],
    ],
    [
      'a misspelt key that is needed is not missing as well',
      'base: m\ndatset: d\n',
      ['2:1 recipe_misspelt_key datset: there is no such setting; did you mean dataset?'],
    ],
    [
      'a key in the wrong section',
      `${head}learning_rate: 1\ntraining:\n  seed: 1\n`,
      [
        '3:1 recipe_misplaced_key learning_rate: this setting belongs under "training", as learning_rate.',
        '5:3 recipe_misplaced_key seed: this setting belongs at the top of the recipe, as seed.',
      ],
    ],
    [
      "other tools' names",
      `${head}lora: {r: 8, lora_alpha: 16, target_modules: [q]}\ntraining: {Learning-Rate: 1}\nlr: 1\n`,
      [
        '3:8 recipe_misspelt_key r: there is no such setting; did you mean rank?',
        '3:14 recipe_misspelt_key lora_alpha: there is no such setting; did you mean alpha?',
        '3:30 recipe_misspelt_key target_modules: there is no such setting; did you mean targets?',
        '4:12 recipe_misspelt_key Learning-Rate: there is no such setting; did you mean learning_rate?',
        '5:1 recipe_misplaced_key lr: this setting belongs under "training", as learning_rate.',
      ],
    ],
    [
      'a key that is like none',
      `${head}full: {データ: 1}\n`,
      ['3:8 recipe_unknown_key データ: there is no such setting. Known here: output_type.'],
    ],
    [
      'keys of JavaScript',
      `${head}__proto__: 1\nconstructor: 2\n`,
      [
        '3:1 recipe_unknown_key __proto__: there is no such setting. Known here: name, base, dataset, method, lora, full, training, evaluation, seed, device, threads.',
        '4:1 recipe_unknown_key constructor: there is no such setting. Known here: name, base, dataset, method, lora, full, training, evaluation, seed, device, threads.',
      ],
    ],
    [
      'what is missing',
      'seed: 1\n',
      [
        '1:1 recipe_missing base is missing: expected text that is not empty.',
        '1:1 recipe_missing dataset is missing: expected text that is not empty.',
      ],
    ],
    [
      'wrong values',
      [
        'base: 1',
        'dataset: ""',
        'method: lroa',
        'lora:',
        '  rank: 0',
        '  dropout: 1',
        '  targets: [q, z]',
        'training:',
        '  epochs: many',
        '  warmup_steps: -1',
        '  learning_rate: 2',
        '  gradient_checkpointing: yes',
        'evaluation:',
        'seed: 1.5',
        '"threads": [1]',
      ].join('\n'),
      [
        '1:7 recipe_wrong_value base: expected text that is not empty, found the number 1.',
        '2:10 recipe_wrong_value dataset: expected text that is not empty, found "".',
        '3:9 recipe_wrong_value method: expected one of lora, full, found "lroa".',
        '5:9 recipe_wrong_value lora.rank: expected a whole number from 1 to 1024, found the number 0.',
        '6:12 recipe_wrong_value lora.dropout: expected a number of at least 0 and below 1, found the number 1.',
        '7:16 recipe_wrong_value lora.targets.1: expected one of q, k, v, o, gate, up, down, head, found "z".',
        '9:11 recipe_wrong_value training.epochs: expected a number above 0, found "many".',
        '10:17 recipe_wrong_value training.warmup_steps: expected auto or a whole number of at least 0, found the number -1.',
        '11:18 recipe_wrong_value training.learning_rate: expected a number above 0 and of at most 1, found the number 2.',
        '12:27 recipe_wrong_value training.gradient_checkpointing: expected true or false, found "yes".',
        '13:12 recipe_wrong_value evaluation: expected settings of the form "key: value" (held_out, dataset, regression_dataset, every, answers, samples, max_answers), found nothing.',
        '14:7 recipe_wrong_value seed: expected a whole number from 0 to 4294967295, found the number 1.5.',
        '15:12 recipe_wrong_value threads: expected auto or a whole number of at least 1, found the list [1].',
      ],
    ],
    [
      'the column counts characters',
      '{base: "😀が", sed: 1, dataset: d}',
      ['1:14 recipe_misspelt_key sed: there is no such setting; did you mean seed?'],
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => assert.deepEqual(problemsOf(text), expected));
  }
});

describe('what is no recipe', () => {
  const cases: [string, string, RegExp][] = [
    ['nothing', '', /^1:1 recipe_wrong_value .*found nothing/],
    ['a comment', '# later\n', /^1:\d+ recipe_wrong_value .*found nothing/],
    ['a list', '- a\n', /found the list \["a"\]/],
    ['a text', 'base', /found "base"/],
    ['tabs', 'base: m\n\tdataset: d\n', /^2:1 recipe_syntax .*tabs/],
    ['a key twice', 'base: m\ndataset: d\nbase: n\n', /^3:1 recipe_syntax .*the key base stands here a second time/],
    ['an open quote', 'base: "m\ndataset: d\n', /^3:1 recipe_syntax .*missing/],
    ['an open bracket', 'base: [m\ndataset: d\n', /^2:1 recipe_syntax .*missing/],
    ['a wrong indent', 'base: m\n  dataset: d\n', /^1:7 recipe_syntax .*one line/],
    ['two documents', 'base: m\n---\ndataset: d\n', /^2:1 recipe_syntax .*one document/],
    ['an unknown escape', 'base: "C:\\data"\n', /^1:10 recipe_syntax .*escape/],
    ['a character that cannot begin', 'base: @m\n', /^1:7 recipe_syntax .*quotes/],
    ['an alias to nothing', 'base: *m\n', /^1:7 recipe_syntax .*alias/],
    ['brackets without end', '['.repeat(50_000), /^1:\d+ recipe_syntax .*deeply/],
    ['objects without end', '{a: '.repeat(50_000), /^1:\d+ recipe_syntax .*deeply/],
    ['far too long', `base: ${'m'.repeat(200_001)}`, /^1:1 recipe_syntax .*200,000/],
  ];
  for (const [name, text, expected] of cases) test(name, () => assert.match(problemsOf(text)[0]!, expected));

  test('aliases that multiply', () => {
    const letters = Array.from('abcdefghijklmnop');
    const doubled = letters.slice(1).map((letter, n) => `${letter}: &${letter} [${`*${letters[n]},`.repeat(9)}]`);
    assert.match(problemsOf(`a: &a 1\nb: [${'*a,'.repeat(50_000)}]`)[0]!, /aliases/);
    assert.match(problemsOf(`a: &a [1]\n${doubled.join('\n')}`)[0]!, /aliases/);
  });
});

test('Japanese', () => {
  assert.deepEqual(problemsOf(`${head}lora: {rank: 0, alpha: x}\ntraning: {}\n`, 'ja'), [
    '3:14 recipe_wrong_value lora.rank: 1 から 1024 までの整数 が必要ですが、数値 0 になっています。',
    '3:24 recipe_wrong_value lora.alpha: 0 より大きい数値 が必要ですが、"x" になっています。',
    '4:1 recipe_misspelt_key traning: この設定はありません。training のことですか?',
  ]);
});

test('a value has paths instead of places', () => {
  const error = refusal(() => parseRecipe({ base: 'm', dataset: 'd', lora: { rnak: 4 }, training: { steps: 0 } }));
  assert.deepEqual(
    error.problems.map(({ path, line, code }) => [path, line, code]),
    [
      ['lora.rnak', undefined, 'recipe_misspelt_key'],
      ['training.steps', undefined, 'recipe_wrong_value'],
    ],
  );
});

test('a recipe with anchors, comments and a byte order mark is read', () => {
  const text =
    '\ufeff# mine\nbase: &m tutorial\ndataset: faq@2 # second\nname: *m\nlora: {rank: 4}\ntraining:\n  learning_rate: 2e-3\n';
  assert.deepEqual(
    parseRecipeYaml(text),
    Recipe.parse({
      base: 'tutorial',
      dataset: 'faq@2',
      name: 'tutorial',
      lora: { rank: 4 },
      training: { learning_rate: 2e-3 },
    }),
  );
});

test('what formatRecipe writes is read back as the same, and has no defaults in it', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }).filter((text) => text.isWellFormed());
  const recipes = fc.record(
    {
      base: name,
      dataset: name,
      name,
      method: fc.constantFrom('lora', 'full'),
      seed: fc.integer({ min: 0, max: 0xffffffff }),
      threads: fc.oneof(fc.constant('auto'), fc.integer({ min: 1, max: 64 })),
      lora: fc.record(
        { rank: fc.integer({ min: 1, max: 1024 }), targets: fc.constant(['q', 'head']) },
        { requiredKeys: [] },
      ),
      training: fc.record(
        {
          epochs: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
          steps: fc.integer({ min: 1 }),
          learning_rate: fc.double({ min: 1e-12, max: 1, noNaN: true }),
          warmup_steps: fc.oneof(fc.constant('auto'), fc.nat()),
        },
        { requiredKeys: [] },
      ),
      evaluation: fc.record({ regression_dataset: name, held_out: fc.constantFrom(0, 0.25) }, { requiredKeys: [] }),
    },
    { requiredKeys: ['base', 'dataset'] },
  );
  fc.assert(
    fc.property(recipes, (input) => {
      const recipe = Recipe.parse(input);
      assert.deepEqual(parseRecipeYaml(formatRecipe(recipe)), recipe);
    }),
    { numRuns: 300 },
  );
  assert.equal(
    formatRecipe(Recipe.parse({ base: 'm', dataset: 'd', lora: { rank: 8, alpha: 32 } })),
    'base: m\ndataset: d\nlora:\n  alpha: 32\n',
  );
});

test('any text is read or refused, never a crash', () => {
  const pieces = fc.array(
    fc.constantFrom(
      ...'base: dataset lora training \n\t  - [ ] { } " \' | > & * ! # % @ ` ? , : --- ... 日本 😀 1 auto'.split(
        /(?<= )/,
      ),
    ),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      try {
        parseRecipeYaml(parts.join(''));
      } catch (error) {
        assert.ok(error instanceof TataraError && error.problems.length > 0, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('edit distance', () => {
  const cases: [string, string, number][] = [
    ['', '', 0],
    ['', 'abc', 3],
    ['rank', 'rank', 0],
    ['rnak', 'rank', 1],
    ['kitten', 'sitting', 3],
    ['learing_rate', 'learning_rate', 1],
  ];
  for (const [a, b, distance] of cases)
    assert.deepEqual([editDistance(a, b), editDistance(b, a)], [distance, distance]);
});
