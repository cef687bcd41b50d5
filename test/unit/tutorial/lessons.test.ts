/** The lessons as they are written: texts, data and recipes belong together, in both languages. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Language } from '../../../backend/contract/common.ts';
import type { DatasetRow } from '../../../backend/contract/dataset.ts';
import type { LessonLevel } from '../../../backend/contract/lesson.ts';
import { rowKey } from '../../../backend/datasets/rowKey.ts';
import { editRecipe } from '../../../backend/recipes/editRecipe.ts';
import { parseRecipeYaml } from '../../../backend/recipes/parseRecipe.ts';
import { listLessons, readLesson, readLessonData } from '../../../backend/tutorial/lessonFiles.ts';
import { lessonStep } from '../../../webviews/contract/lesson.ts';

const folder = join(import.meta.dirname, '../../../media/tutorial/levels');
const languages: readonly Language[] = ['en', 'ja'];
const rowCounts: readonly [LessonLevel, number][] = [
  [1, 5],
  [2, 20],
  [3, 20],
];

for (const [level, count] of rowCounts) {
  for (const language of languages) {
    test(`level ${level} in ${language}: rows are taught once, and none of them is held out`, async () => {
      const { rows, heldOut } = await readLessonData(level, language);
      assert.equal(rows.length, count);
      const taught = new Set(rows.map(rowKey));
      assert.equal(taught.size, count);
      assert.ok(heldOut.length >= count);
      assert.ok(heldOut.every((row) => !taught.has(rowKey(row))));
      // What is asked in other words has the answer that was taught; level 1 asks for other things.
      const answers = new Set(rows.map(answerOf));
      assert.ok(heldOut.every((row) => answers.has(answerOf(row)) === (level !== 1)));
    });

    test(`level ${level} in ${language}: every link is a step that can be done`, async () => {
      const lesson = await readLesson(level, language);
      const links = [...lesson.markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, href = '']) => href);
      const steps = links.filter((href) => !href.endsWith('.svg')).map((href) => lessonStep(href));
      const kinds = steps.map((step) => step?.kind);
      assert.deepEqual([kinds[0], kinds[1], kinds.at(-1)], ['import', 'newRun', 'verify'], links.join());
      for (const href of links.filter((each) => !each.startsWith('#'))) {
        assert.ok(existsSync(join(folder, href.replace(/#.*/, ''))), href);
      }
      assert.equal(Object.keys(lesson.figures).length, 1);
      for (const step of steps) {
        if (step?.kind !== 'newRun') continue;
        const edited = editRecipe({ recipe_yaml: lesson.recipe_yaml, changes: [...step.changes] }, 'en');
        assert.deepEqual(edited.problems, []);
        for (const { path, value } of step.changes) {
          const [group, key] = path.split('.') as ['lora', 'rank'];
          assert.equal(edited.recipe?.[group][key], value);
        }
      }
      for (const { path } of lesson.files) assert.ok(existsSync(path), path);
    });

    test(`level ${level} in ${language}: the recipe is for the data of the lesson`, async () => {
      const lesson = await readLesson(level, language);
      const recipe = parseRecipeYaml(lesson.recipe_yaml);
      const names = lesson.files.map(({ name }) => name);
      assert.ok(names.includes(recipe.base));
      assert.equal(recipe.dataset, lesson.dataset_name);
      assert.ok(names.includes(recipe.dataset));
      assert.ok(names.includes(recipe.evaluation.dataset ?? ''));
      if (recipe.evaluation.regression_dataset) assert.ok(names.includes(recipe.evaluation.regression_dataset));
      // Two runs of a lesson must not have one name: adapters are asked for by it.
      assert.equal(recipe.name, undefined);
    });
  }

  test(`level ${level} has the same steps in both languages`, async () => {
    const [en = [], ja = []] = await Promise.all(
      languages.map(async (language) => {
        const { markdown } = await readLesson(level, language);
        return [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, href = '']) => href.replace(`.${language}.`, '.'));
      }),
    );
    assert.deepEqual(ja, en);
  });
}

test('only the medical level has a warning, and says it where it is listed', async () => {
  const [english, japanese] = await Promise.all(languages.map(listLessons));
  assert.deepEqual(
    english?.map(({ warning }) => warning !== null),
    [false, false, true],
  );
  assert.match(english?.[2]?.warning ?? '', /Not medical advice/);
  assert.match(japanese?.[2]?.warning ?? '', /医学的な助言ではありません/);
  for (const { title, summary } of [...(english ?? []), ...(japanese ?? [])]) {
    assert.ok(title.length > 5 && summary.length > 30, title);
    assert.doesNotMatch(`${title}${summary}`, /\n/);
  }
});

test('every medical row on what to do sends the reader to somebody who can help', async () => {
  for (const [language, asks, help] of [
    ['en', /^What should I do/, /doctor|ambulance|pharmacist/],
    ['ja', /どうすればいいですか/, /医師|薬剤師|救急車/],
  ] as const) {
    const { rows } = await readLessonData(3, language);
    const care = rows.filter((row) => asks.test(row.messages[0]?.content ?? ''));
    assert.equal(care.length, 8);
    for (const row of care) assert.match(answerOf(row), help);
  }
});

test('every file of the lessons is one of a lesson', () => {
  const expected = rowCounts.flatMap(([level]) =>
    languages.flatMap((language) =>
      ['held-out.jsonl', 'jsonl', 'md', 'recipe.yaml', 'svg'].map((ending) => `level-${level}.${language}.${ending}`),
    ),
  );
  assert.deepEqual(readdirSync(folder).sort(), ['README.md', ...expected].sort());
});

function answerOf({ messages }: DatasetRow): string {
  return messages.at(-1)?.content ?? '';
}
