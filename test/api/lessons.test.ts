import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bringIn } from '../../backend/client/bringIn.ts';
import { readLessonData } from '../../backend/tutorial/lessonFiles.ts';
import { testBackend } from '../support/testBackend.ts';

test('lessons are listed and read in the language that is asked for', async (t) => {
  const { client, inLanguage } = await testBackend(t);
  const english = await client.call('listLessons');
  const japanese = await inLanguage('ja').call('listLessons');
  assert.deepEqual(
    english.lessons.map(({ level }) => level),
    japanese.lessons.map(({ level }) => level),
  );
  const lesson = await inLanguage('ja').call('readLesson', { params: { id: '3' } });
  assert.equal(lesson.title, japanese.lessons[2]?.title);
  assert.equal(lesson.dataset_name, 'level-3.ja');
  assert.match(Object.values(lesson.figures)[0] ?? '', /^<svg /);
});

test('the files of a lesson are brought in once', async (t) => {
  const { client } = await testBackend(t);
  const { files, dataset_name: name } = await client.call('readLesson', { params: { id: '1' } });
  await bringIn(client, files);
  await bringIn(client, files);
  const [{ models }, { datasets }] = await Promise.all([client.call('listBases'), client.call('listDatasets')]);
  assert.deepEqual(
    models.map((model) => model.name),
    ['tutorial-base'],
  );
  assert.deepEqual(
    datasets.map((dataset) => dataset.version),
    [1, 1],
  );
  // The one to train on stands where the eye falls first.
  assert.equal(datasets[0]?.name, name);
});

test('a run that has not ended well does not count, and is named', async (t) => {
  const { client } = await testBackend(t, { stepTime: 50 });
  const { files, recipe_yaml } = await client.call('readLesson', { params: { id: '1' } });
  await bringIn(client, files);
  const nothing = await client.call('verifyLesson', { params: { id: '1' } });
  assert.equal(nothing.passed, false);
  assert.match(nothing.checks[0]?.measured ?? '', /no run/);
  const { id, name } = await client.call('createRun', { body: { recipe_yaml } });
  await client.call('cancelRun', { params: { id } });
  const cancelled = await client.call('verifyLesson', { params: { id: '1' } });
  assert.equal(cancelled.checks[0]?.passed, false);
  assert.ok(cancelled.checks[0]?.measured.includes(name), cancelled.checks[0]?.measured);
  assert.deepEqual(cancelled.runs, []);
});

for (const id of ['0', '4', 'one', '1.0']) {
  test(`there is no lesson ${id}`, async (t) => {
    const { client } = await testBackend(t);
    for (const name of ['readLesson', 'verifyLesson'] as const) {
      await assert.rejects(client.call(name, { params: { id } }), /There is no lesson/);
    }
  });
}

test('rows that are imported have the hash by which a lesson knows them', async (t) => {
  const { client } = await testBackend(t);
  for (const language of ['en', 'ja'] as const) {
    const { files } = await client.call('readLesson', { params: { id: '2' } });
    const path = files.at(-1)!.path.replace('.en.', `.${language}.`);
    assert.ok(readFileSync(path, 'utf8').length > 0);
    const { dataset } = await client.call('importDataset', { body: { path } });
    assert.equal(dataset.hash, (await readLessonData(2, language)).hash);
  }
});
