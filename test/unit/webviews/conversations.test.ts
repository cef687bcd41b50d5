/** Conversations are kept, and each model goes on from its own answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagesOf } from '../../../extension/webviewHost/chat/askModels.ts';
import { ConversationStore } from '../../../extension/webviewHost/chat/conversationStore.ts';
import type { ChatAnswer, Conversation } from '../../../webviews/contract/chat.ts';

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

test('conversations are kept, the last changed first, and no more than a hundred', async () => {
  const store = new ConversationStore(memento());
  await store.put({ ...conversation('empty'), turns: [] });
  assert.deepEqual(store.all(), []);
  for (let at = 0; at < 105; at++) await store.put(conversation(`c${at}`));
  await store.put(conversation('c50'));
  const ids = store.all().map(({ id }) => id);
  assert.deepEqual([ids.length, ids[0], ids[1], ids.includes('c0')], [100, 'c50', 'c104', false]);
  await store.delete('c104');
  assert.equal(store.get('c104'), null);
  assert.deepEqual(store.get('c50'), conversation('c50'));
});

test('what another version kept and this one cannot read does no harm', () => {
  for (const kept of [undefined, 7, {}, [null, { id: 1 }]]) {
    assert.deepEqual(new ConversationStore(memento(kept)).all(), []);
  }
  const store = new ConversationStore(memento([{ old: true }, conversation('a')]));
  assert.deepEqual(
    store.all().map(({ id }) => id),
    ['a'],
  );
});
