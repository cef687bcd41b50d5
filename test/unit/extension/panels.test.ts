/** The panels of data sets and chat as the extension has them, with a real backend and pages that the test plays. */
import '../../support/fakeVscode/use.ts';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChatToPage, Conversation } from '../../../webviews/contract/chat.ts';
import type { DatasetToPage } from '../../../webviews/contract/dataset.ts';
import { activated, until } from '../../support/fakeVscode/activated.ts';
import { editor, type FakePage } from '../../support/fakeVscode/vscode.ts';
import { pairs, tutorialBase } from '../../support/testBackend.ts';

/** The first message of a type that comes after `from`. */
async function told<M extends { readonly type: string }, T extends M['type']>(
  page: FakePage,
  type: T,
  from = 0,
): Promise<Extract<M, { type: T }>> {
  const find = () => (page.posted.slice(from) as M[]).find((message) => message.type === type);
  await until(() => find() !== undefined, `a message ${type}`);
  return find() as Extract<M, { type: T }>;
}

test('a data set is checked, edited beside another window, undone, split and written out from its page', async (t) => {
  const studio = await activated(t);
  await studio.tree('tatara.datasets');
  const client = await studio.backend();
  const path = join(studio.home, 'faq "😀".jsonl');
  writeFileSync(
    path,
    `${pairs(20)
      .map((row) => JSON.stringify(row))
      .join('\n')}\n{"question": "cut o\n`,
  );
  const { dataset } = await client.call('importDataset', { body: { path, skip_broken: true } });
  await studio.run('tatara.openDataset', dataset.id);
  await until(() => editor.pages.length > 0, 'a page');
  const page = editor.pages[0]!;
  const datasetId = dataset.id;
  page.say({ type: 'ready', datasetId });
  const opened = await told<DatasetToPage, 'dataset'>(page, 'dataset');
  assert.deepEqual([opened.dataset.problems, opened.dataset.newer], [{ total: 1, kept: 1 }, null]);
  page.say({ type: 'problems', datasetId, offset: 0 });
  assert.equal((await told<DatasetToPage, 'problems'>(page, 'problems')).problems[0]?.line, 21);

  const change = (content: string) => ({
    messages: [
      { role: 'user' as const, content: 'What is 0 and 0?' },
      { role: 'assistant' as const, content },
    ],
  });
  // Another window was faster.
  const params = { id: datasetId };
  await client.call('editDataset', { params, body: { changes: [{ index: 0, row: change('Theirs.') }] } });
  page.say({ type: 'edit', datasetId, row: 0, content: change('Mine.'), branch: false });
  const { about, conflict } = await told<DatasetToPage, 'failure'>(page, 'failure');
  assert.deepEqual([about, conflict?.version], ['edit', 2]);
  page.say({ type: 'edit', datasetId, row: 0, content: change('Mine.'), branch: true });
  const edited = await told<DatasetToPage, 'edited'>(page, 'edited');
  assert.deepEqual([edited.dataset.version, edited.undo], [3, datasetId]);
  page.posted.length = 0;
  page.say({ type: 'undo', datasetId: edited.dataset.id, before: edited.undo });
  const undone = await told<DatasetToPage, 'dataset'>(page, 'dataset');
  assert.deepEqual([undone.undone, undone.dataset.version, undone.dataset.newer?.version], [true, 1, 2]);

  page.say({ type: 'split', datasetId, share: 0.25, seed: 1 });
  const { made } = await told<DatasetToPage, 'split'>(page, 'split');
  assert.deepEqual([made?.train.rows, made?.heldOut.rows], [15, 5]);
  page.say({ type: 'openDataset', datasetId: made?.heldOut.id });
  await until(() => editor.pages.length === 2, 'the other page');
  editor.saveTo = join(studio.home, 'out.jsonl');
  page.say({ type: 'export', datasetId });
  assert.equal((await told<DatasetToPage, 'exported'>(page, 'exported')).rows, 20);
  assert.equal(readFileSync(editor.saveTo, 'utf8').trim().split('\n').length, 20);
});

test('an answer that breaks off with the backend is told, and is asked for again from the one that takes its place', async (t) => {
  const studio = await activated(t);
  await studio.tree('tatara.models');
  const client = await studio.backend();
  const model = await client.call('importModel', { body: { path: tutorialBase, name: 'base' } });
  await studio.run('tatara.openChat', model.id);
  await until(() => editor.pages.length > 0, 'a page');
  const page = editor.pages[0]!;
  page.say({ type: 'ready', conversationId: null, model: 'base' });
  const { conversation } = await told<ChatToPage, 'conversation'>(page, 'conversation');
  const conversationId = conversation.id;
  const settings = {
    ...conversation.settings,
    sampling: { ...conversation.settings.sampling, temperature: 2, top_p: 1 },
  };
  page.say({ type: 'settings', conversationId, settings });
  // With its first words, since a small model has soon said all.
  const post = page.webview.postMessage;
  let killed = false;
  page.webview.postMessage = (message) => {
    if ((message as ChatToPage).type === 'piece' && !killed) killed = process.kill(client.address.pid, 'SIGKILL');
    return post(message);
  };
  page.say({ type: 'send', conversationId, text: 'Tell me <script>everything</script> 😀' });
  const latest = (): Conversation | undefined => {
    const shown = (page.posted as ChatToPage[]).findLast((message) => message.type === 'conversation');
    return shown?.type === 'conversation' && !shown.answering ? shown.conversation : undefined;
  };
  await until(() => latest()?.turns[0]?.first.failure != null, 'a failure');
  assert.notEqual(latest()?.turns[0]?.first.text, '');
  assert.match(latest()?.turns[0]?.first.failure?.message ?? '', /backend/i);

  await until(() => editor.shown.some(({ message }) => message.includes('ended unexpectedly')), 'word of the crash');
  const quiet = { ...settings, sampling: { ...settings.sampling, max_tokens: 5 } };
  page.say({ type: 'settings', conversationId, settings: quiet });
  page.say({ type: 'send', conversationId, text: 'Again?', from: 0 });
  await until(() => latest()?.turns[0]?.first.facts != null, 'an answer');
  assert.equal(latest()?.turns.length, 1);

  editor.typed = 'Named';
  page.say({ type: 'rename', conversationId });
  const isNamed = (message: ChatToPage): boolean =>
    message.type === 'conversations' && message.conversations[0]?.title === 'Named';
  await until(() => (page.posted as ChatToPage[]).some(isNamed), 'the name');
  editor.saveTo = join(studio.home, 'chat.md');
  page.say({ type: 'export', conversationId });
  await until(() => existsSync(editor.saveTo!), 'the file');
  assert.match(readFileSync(editor.saveTo, 'utf8'), /^# Named\n\n## Again\?\n\n\*\*base\*\*\n\n/);
  await studio.backend();
});
