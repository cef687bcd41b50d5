/** Conversations are kept, and each model goes on from its own answers. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { messagesOf } from '../../../extension/webviewHost/chat/askModels.ts';
import { ConversationStore } from '../../../extension/webviewHost/chat/conversationStore.ts';
import { asMarkdown, asRow, fits, titleOf } from '../../../extension/webviewHost/chat/conversationText.ts';
import type { ChatAnswer, Conversation } from '../../../webviews/contract/chat.ts';
import { tempDir } from '../../support/tempDir.ts';

const answer = (text: string): ChatAnswer => ({ model: 'm', text, facts: null, failure: null });

function conversation(id: string, system = ''): Conversation {
  const sampling = { temperature: 0.8, top_p: 0.95, max_tokens: null, seed: null };
  return {
    id,
    created_at: '2026-11-21T10:00:00Z',
    changed_at: '2026-11-21T10:00:00Z',
    settings: { model: 'm', compare: true, system, sampling },
    turns: [
      { question: 'One?', first: answer('base 1'), second: answer('tuned 1'), vote: null },
      { question: 'Two?', first: answer(''), second: answer('tuned 2'), vote: null },
      { question: 'Three?', first: answer('alone'), second: null, vote: null },
    ],
  };
}

function memento(kept: unknown = undefined) {
  let value = kept;
  return {
    get: () => value,
    update: async (_key: string, next: unknown) => {
      value = structuredClone(next);
    },
  };
}

test('each side has its own answers, and what was never answered is left out', () => {
  const told = (side: 'first' | 'second') => messagesOf(conversation('a'), 3, side).map(({ content }) => content);
  assert.deepEqual(told('first'), ['One?', 'base 1', 'Three?', 'alone']);
  assert.deepEqual(told('second'), ['One?', 'tuned 1', 'Two?', 'tuned 2', 'Three?', 'alone']);
  assert.deepEqual(messagesOf(conversation('a', 'Be kind.'), 0, 'first'), [{ role: 'system', content: 'Be kind.' }]);
});

const changed = (id: string, minute: number): Conversation => ({
  ...conversation(id),
  changed_at: new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString(),
});
const idsOf = async (store: ConversationStore) => (await store.all()).map(({ id }) => id);

test('conversations are kept in files, the last changed first', async (context) => {
  const folder = join(tempDir(context), 'conversations');
  const store = new ConversationStore(folder, memento());
  await store.put({ ...conversation('empty'), turns: [] });
  assert.deepEqual(await store.all(), []);
  for (let at = 0; at < 105; at++) await store.put(changed(`c${at}`, at));
  await store.put(changed('c50', 200));
  const ids = await idsOf(store);
  assert.deepEqual([ids.length, ids[0], ids[1]], [105, 'c50', 'c104']);
  await store.delete('c104');
  assert.equal(await store.get('c104'), null);
  assert.deepEqual(await store.get('c50'), changed('c50', 200));
  assert.equal(await store.get('../c50'), null);
});

test('two windows keep their conversations beside each other', async (context) => {
  const folder = tempDir(context);
  const [one, two] = [new ConversationStore(folder, memento()), new ConversationStore(folder, memento())];
  await one.put(changed('a', 1));
  await two.put(changed('b', 2));
  await one.put(changed('c', 3));
  assert.deepEqual(await idsOf(two), ['c', 'b', 'a']);
  await two.delete('a');
  assert.deepEqual(await idsOf(one), ['c', 'b']);
});

test('what was kept before is moved, and what cannot be read does no harm', async (context) => {
  for (const kept of [undefined, 7, {}, [null, { id: 1 }]]) {
    assert.deepEqual(await new ConversationStore(tempDir(context), memento(kept)).all(), []);
  }
  const before = memento([{ old: true }, changed('a', 1)]);
  const folder = tempDir(context);
  assert.deepEqual(await idsOf(new ConversationStore(folder, before)), ['a']);
  assert.equal(before.get(), undefined);
  writeFileSync(join(folder, 'broken.json'), '{"id": "b"');
  assert.deepEqual(await idsOf(new ConversationStore(folder, before)), ['a']);
});

test('a conversation is found by what was said, named, and written as Markdown or as a row', () => {
  const named = { ...conversation('a', 'Be kind.'), name: ' Trip to <b>Ōsaka</b>\n' };
  assert.deepEqual([titleOf(named), titleOf(conversation('a'))], ['Trip to <b>Ōsaka</b>', 'One?']);
  for (const [search, found] of [
    ['TUNED three', true],
    ['ōsaka', true],
    ['ｂａｓｅ', true],
    ['four', false],
    [' ', true],
  ] as const) {
    assert.equal(fits(named, search), found, search);
  }
  const markdown = asMarkdown(named);
  assert.match(
    markdown,
    /^# Trip to <b>Ōsaka<\/b>\n\nBe kind\.\n\n## One\?\n\n\*\*m\*\*\n\nbase 1\n\n\*\*m\*\*\n\ntuned 1\n/,
  );
  const { messages } = JSON.parse(asRow(named));
  assert.deepEqual([messages.length, messages[0].content, messages.at(-1).content], [7, 'Be kind.', 'alone']);
});
