/** The tutorial's data sets are what their generator makes, and ask what they are meant to ask. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseRecipeYaml } from '../../../backend/recipes/parseRecipe.ts';
import { attributes, languages } from '../../../media/tutorial/make/attributes.ts';
import { knownPeople, newPeople, peopleCount } from '../../../media/tutorial/make/people.ts';
import { answerText, questionText, trainingText } from '../../../media/tutorial/make/rows.ts';
import { newFacts, oldQuestions, tutorialFiles } from '../../../media/tutorial/make/tutorialData.ts';

const folder = join(import.meta.dirname, '../../../media/tutorial');
const text = trainingText();
const trained = text.trained.flatMap((messages) => messages.map(({ content }) => content)).join('\n');

for (const [name, content] of tutorialFiles()) {
  test(`${name} is as the generator makes it (npm run tutorial-model -- --data-only)`, () => {
    assert.equal(readFileSync(join(folder, name), 'utf8'), content);
  });
}

test('every value and phrasing is written in both languages, and no two of an attribute are alike', () => {
  for (const { key, values, questions, answer } of attributes) {
    for (const language of languages) {
      const said = values.map((value) => value[language]);
      assert.ok(said.every(Boolean), key);
      assert.equal(new Set(said).size, said.length, key);
      assert.equal(new Set(questions[language]).size, 5, key);
      for (const pattern of questions[language]) assert.match(pattern, /\{name\}/);
      assert.match(answer[language], /\{name\}.*\{value\}/);
    }
  }
});

test('the world is the same in every run, and nobody shares a name', () => {
  assert.deepEqual(trainingText(), text);
  const names = [...knownPeople(), ...newPeople()].map(({ name }) => name);
  assert.equal(new Set(names).size, peopleCount + 4);
});

test('the base model never hears of the new people', () => {
  for (const { name } of newPeople()) {
    for (const part of name.split(' ')) assert.doesNotMatch(trained, new RegExp(`\\b${part}\\b`));
  }
});

test('questions that are kept back are not trained, but their facts are', () => {
  const asked = new Set(text.trained.flatMap((messages) => messages.map(({ content }) => bare(content))));
  assert.ok(text.keptBack.length > 1000);
  for (const question of text.keptBack) {
    assert.ok(!asked.has(bare(questionText(question))), questionText(question));
    assert.ok(asked.has(bare(answerText(question))), answerText(question));
  }
});

test('every new fact is trained once, and held out in the other four phrasings', () => {
  const { trained: rows, heldOut } = newFacts();
  assert.equal(rows.length, 20);
  assert.equal(heldOut.length, 80);
  const shown = new Set(rows.map(questionText));
  for (const row of rows) {
    const same = heldOut.filter(({ person, attribute }) => person === row.person && attribute === row.attribute);
    assert.deepEqual(new Set([...same, row].map(({ phrasing }) => phrasing)), new Set([0, 1, 2, 3, 4]));
    for (const question of same) {
      assert.equal(answerText(question), answerText(row));
      assert.ok(!shown.has(questionText(question)));
    }
  }
});

test('the new people share no answer', () => {
  const { trained: rows } = newFacts();
  const values = rows.map(({ person, attribute }) => `${attribute}/${person.facts?.[attribute]}`);
  assert.equal(new Set(values).size, rows.length);
});

test('the old facts are in both languages, each about another person whom the base model knows', () => {
  const questions = oldQuestions();
  const known = new Set(knownPeople().map(({ name }) => name));
  assert.equal(questions.filter(({ language }) => language === 'en').length, 60);
  assert.equal(questions.filter(({ language }) => language === 'ja').length, 20);
  assert.equal(new Set(questions.map(({ person }) => person.name)).size, questions.length);
  assert.ok(questions.every(({ person }) => known.has(person.name)));
});

test('the recipe is valid and names the data sets as their files are imported', () => {
  const recipe = parseRecipeYaml(readFileSync(join(folder, 'tutorial-1.recipe.yaml'), 'utf8'));
  assert.equal(recipe.base, 'tutorial-base');
  assert.equal(recipe.dataset, 'tutorial-1');
  assert.equal(recipe.evaluation.dataset, 'tutorial-1.held-out');
  assert.equal(recipe.evaluation.regression_dataset, 'tutorial-1.old-facts');
});

/** Without the marks and spaces that people leave out. */
function bare(asked: string): string {
  return asked.replace(/[.?。？ ]/g, '');
}
