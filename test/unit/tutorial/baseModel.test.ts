/** The tutorial's base model is the one that was recorded, and knows what it is said to know. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Inference } from '../../../backend/inference/inference.ts';
import { rowEncoder, vocabularyOf } from '../../../media/tutorial/make/chat.ts';
import type { Conversation } from '../../../media/tutorial/make/conversation.ts';
import { exchange, trainingText } from '../../../media/tutorial/make/rows.ts';
import { smallTalk } from '../../../media/tutorial/make/smallTalk.ts';
import { newFacts, oldQuestions } from '../../../media/tutorial/make/tutorialData.ts';
import { textsOf } from '../../../native/formats/gguf/ggufValue.ts';
import { readGgufHeader } from '../../../native/formats/gguf/readGguf.ts';

const folder = join(import.meta.dirname, '../../../media/tutorial');
const path = join(folder, 'base.gguf');
const hash = `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
const record: { hash: string; keptBack: { step: number; loss: number }[] } = JSON.parse(
  readFileSync(join(folder, 'base.loss.json'), 'utf8'),
);
const text = trainingText();
const vocabulary = vocabularyOf(text.trained);

test('the file is the recorded one and at most 4 MB', () => {
  assert.equal(record.hash, hash);
  assert.ok(readFileSync(join(folder, 'README.md'), 'utf8').includes(hash));
  assert.ok(statSync(path).size <= 4_000_000);
});

test('the file holds the vocabulary that the generator learns', () => {
  const { metadata } = readGgufHeader(path);
  assert.deepEqual(textsOf(metadata, 'tokenizer.ggml.tokens'), vocabulary.tokens);
  assert.deepEqual(textsOf(metadata, 'tokenizer.ggml.merges'), vocabulary.merges);
});

test('the recorded curve falls', () => {
  const { keptBack } = record;
  assert.ok(keptBack.at(-1)!.loss < keptBack[0]!.loss / 100);
});

test('asked as the product asks', async (context) => {
  await using inference = new Inference({ log: () => {}, gpu: false });
  const file = { path, hash };

  await context.test('the chat template gives the tokens that were trained on', async () => {
    await using rows = await inference.encoders.open(file);
    const { row } = rowEncoder(vocabulary);
    for (let i = 0; i < text.trained.length; i += 97) {
      const messages = text.trained[i]!.map((message) => ({ ...message }));
      assert.deepEqual(rows.encode({ messages }), row(messages));
    }
  });

  await using answerer = await inference.answerers.open(file);
  const never = new AbortController().signal;
  const shareRight = async (conversations: readonly Conversation[]) => {
    let right = 0;
    for (const messages of conversations) {
      const answer = await answerer.answer(messages.slice(0, -1), 80, never);
      if (answer === messages.at(-1)!.content) right++;
    }
    return right / conversations.length;
  };

  const every = Math.ceil(text.keptBack.length / 80);
  const unseen = text.keptBack.filter((_, i) => i % every === 0);
  const strangers = newFacts().heldOut.slice(0, 20);
  const cases: readonly (readonly [string, readonly Conversation[], (share: number) => boolean])[] = [
    ['phrasings that were never trained', unseen.map((question) => exchange(question)), (share) => share >= 0.95],
    ['the old facts of the tutorial', oldQuestions().map((question) => exchange(question)), (share) => share >= 0.95],
    ['the new facts of the tutorial', strangers.map((question) => exchange(question)), (share) => share <= 0.3],
    ['small talk', smallTalk, (share) => share >= 0.9],
    ['a question after another', followUps(unseen.slice(0, 20)), (share) => share >= 0.9],
  ];
  for (const [name, conversations, expected] of cases) {
    await context.test(name, async () => {
      const share = await shareRight(conversations);
      assert.ok(expected(share), `${(share * 100).toFixed(1)} % right`);
    });
  }
});

function followUps(questions: Parameters<typeof exchange>[0][]): Conversation[] {
  return questions.slice(1).map((question, i) => [...exchange(questions[i]!), ...exchange(question)]);
}
