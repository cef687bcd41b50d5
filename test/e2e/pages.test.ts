/** The pages of data sets and chat in a real browser, with a host that the test plays. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import type { ChatAnswer, ChatToHost, ChatToPage } from '../../webviews/contract/chat.ts';
import type { DatasetInfo, DatasetToHost, DatasetToPage, TableRow } from '../../webviews/contract/dataset.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { openWebview } from '../support/webviewHarness/openWebview.ts';
import { type ThemeName, themes } from '../support/webviewHarness/themes.ts';

let browser: Browser | null = null;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

type Send<M> = (message: M) => void;
const total = 1_000_000;
const hostile = '<script>alert(1)</script> "🙂" \u202eשלום';
const dataset: DatasetInfo = {
  id: 'dat_1',
  name: hostile,
  version: 1,
  rows: total,
  source: 'rows.jsonl',
  skipped: 3,
  problems: { total: 3, kept: 3 },
  newer: null,
  models: [{ id: 'mdl_1', name: 'base' }],
};

const tableRow = (index: number): TableRow => ({
  index,
  row: {
    messages: [
      { role: 'user', content: index === 1 ? hostile : `Question ${index}` },
      { role: 'assistant', content: `Answer ${index}` },
    ],
  },
  characters: 20,
  tokens: 9,
  notices: index === 2 ? ['duplicate'] : [],
  duplicate_of: index === 2 ? 0 : null,
});

function datasetHost(said: DatasetToHost[]) {
  return (message: DatasetToHost, send: Send<DatasetToPage>): void => {
    said.push(message);
    if (message.type === 'ready') send({ type: 'dataset', dataset });
    if (message.type === 'edit') {
      const meanwhile = message.content?.messages.some(({ content }) => content === 'Conflicting') && !message.branch;
      const conflict = { id: 'dat_9', version: 9 };
      if (meanwhile) send({ type: 'failure', about: 'edit', failure: { message: 'Changed elsewhere' }, conflict });
      else send({ type: 'edited', dataset: { ...dataset, id: 'dat_2', version: 2 }, undo: 'dat_1' });
    }
    if (message.type === 'undo') send({ type: 'dataset', dataset, undone: true });
    if (message.type === 'problems') {
      const problem = (line: number) => ({ line, column: 4, message: `Wrong at ${line}`, excerpt: hostile });
      send({ type: 'problems', offset: message.offset, problems: [problem(5), problem(6), problem(9)] });
    }
    if (message.type === 'split') send({ type: 'splitting', share: 0.42, secondsLeft: 65 });
    if (message.type === 'cancelSplit') send({ type: 'split', made: null });
    if (message.type === 'statistics') {
      const filters = { all: total, problems: 2, duplicates: 1, long: 0 };
      const lengths = { unit: 'tokens' as const, width: 10, counts: [total], median: 9, longest: 9 };
      const languages = { en: total, ja: 0, other: 0 };
      const counts = { rows: total, messages: 2 * total, characters: 20 * total, tokens: 9 * total, context: 256 };
      send({ type: 'statistics', question: message.question, statistics: { ...counts, lengths, filters, languages } });
    }
    if (message.type === 'tokens') {
      const tokens = [
        { id: 1, text: 'Question', learned: false, control: false },
        { id: 2, text: 'Answer', learned: true, control: false },
      ];
      send({ type: 'tokens', row: message.row, tokens });
    }
    if (message.type !== 'rows') return;
    const { question, offset, limit, asked } = message;
    const matching = asked.search === 'nothing' ? 0 : total;
    const rows = Array.from({ length: matching === 0 ? 0 : limit }, (_, at) => tableRow(offset + at));
    send({ type: 'rows', question, offset, rows, matching, noticed: true });
  };
}

test('a million rows are gone through by keyboard, and only those in sight exist', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: DatasetToHost[] = [];
  const onMessage = datasetHost(said);
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.getByText('Question 0', { exact: true }).waitFor();
  assert.equal(await page.locator('h1').innerText(), hostile);
  await page.locator('[role=grid]').focus();
  await page.keyboard.press('End');
  await page.getByText(`Question ${total - 1}`, { exact: true }).waitFor();
  assert.ok((await page.locator('.line').count()) < 60);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Row 2' }).waitFor();
  assert.equal(await page.locator('#message-0').inputValue(), hostile);
  await page.getByRole('tab', { name: 'As the model sees it' }).click();
  await page.locator('.token.learned').waitFor();
  assert.equal(await page.locator('.token.learned').innerText(), 'Answer');
  assert.deepEqual(webview.complaints, []);
});

test('a row is edited, an empty message is refused, and the page goes on with the new version', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: DatasetToHost[] = [];
  const onMessage = datasetHost(said);
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.getByText('Question 0', { exact: true }).click();
  const save = page.locator('vscode-button', { hasText: 'Save as the next version' });
  await page.locator('#message-1').fill(' ');
  await page.getByText('an empty message teaches nothing').waitFor();
  await save.click({ force: true });
  await page.locator('#message-1').fill('Better');
  await save.click();
  await page.getByText('Saved as version 2').waitFor();
  const edits = said.filter((message) => message.type === 'edit');
  assert.deepEqual(
    edits.map(({ row, content }) => [row, content?.messages[1]?.content]),
    [[0, 'Better']],
  );
  assert.ok(said.some((message) => message.type === 'rows' && message.datasetId === 'dat_2'));
});

test('problems of the file are shown with their places, harmlessly', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const onMessage = datasetHost([]);
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.getByRole('button', { name: 'Check 5' }).click();
  await page.getByText('Wrong at 9').waitFor();
  assert.deepEqual(await page.locator('.problem-list .excerpt').allInnerTexts(), [hostile, hostile, hostile]);
  assert.equal(await page.locator('.problem-list .place').first().innerText(), 'line 5, column 4');
  assert.equal(
    await page
      .locator('.filter[aria-checked=true]')
      .innerText()
      .then((text) => text.split(/\s/)[0]),
    'Problems',
  );
  assert.deepEqual(webview.complaints, []);
});

test('an edit that meets another one is told, keeps what was typed, and can be made anyway and undone', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: DatasetToHost[] = [];
  const onMessage = datasetHost(said);
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.getByText('Question 0', { exact: true }).click();
  await page.locator('#message-1').fill('Conflicting');
  await page.locator('vscode-button', { hasText: 'Save as the next version' }).click();
  await page.getByText('Changed elsewhere').waitFor();
  assert.equal(await page.locator('#message-1').inputValue(), 'Conflicting');
  await page.locator('vscode-button', { hasText: 'Open version 9' }).click();
  await page.locator('vscode-button', { hasText: 'Save on version 1 anyway' }).click();
  await page.getByText('Saved as version 2').waitFor();
  await page.locator('vscode-button', { hasText: 'Undo' }).click();
  await page.getByText('Version 1 is the newest again').waitFor();
  const changes = said.filter(({ type }) => ['edit', 'openDataset', 'undo'].includes(type));
  assert.deepEqual(
    changes.map((message) => (message.type === 'edit' ? message.branch : message)),
    [false, { type: 'openDataset', datasetId: 'dat_9' }, true, { type: 'undo', datasetId: 'dat_2', before: 'dat_1' }],
  );
});

test('tools have a column of their own, and calls are changed as JSON that is checked', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: DatasetToHost[] = [];
  const playing = datasetHost(said);
  const call = { type: 'function' as const, function: { name: 'get_weather', arguments: { city: 'Kyoto' } } };
  const withTools: TableRow['row'] = {
    messages: [
      { role: 'user', content: 'Rain?' },
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', content: hostile },
      { role: 'assistant', content: 'It rains.' },
    ],
    tools: [{ type: 'function', function: { name: 'get_weather', description: hostile } }],
  };
  const onMessage = (message: DatasetToHost, send: Send<DatasetToPage>): void =>
    playing(message, (answer) => {
      if (answer.type !== 'rows') return send(answer);
      send({ ...answer, rows: answer.rows.map((row) => (row.index === 0 ? { ...row, row: withTools } : row)) });
    });
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.getByRole('columnheader', { name: 'Tools' }).waitFor();
  assert.equal(await page.locator('.line .cell.tools').first().innerText(), 'get_weather(city)');
  assert.equal(await page.locator('.line .cell.assistant').first().innerText(), 'It rains.');
  await page.getByText('Rain?', { exact: true }).click();
  const calls = page.getByLabel('Assistant: tool calls');
  await calls.fill('[{"name": "get_weather"');
  await page.getByText('Write a JSON list of calls').waitFor();
  const save = page.locator('vscode-button', { hasText: 'Save as the next version' });
  assert.equal(await save.getAttribute('disabled'), '');
  await calls.fill('[{"name": "get_weather", "arguments": {"city": "Ōsaka"}}]');
  await save.click();
  await page.getByText('Saved as version 2').waitFor();
  const edit = said.find((message) => message.type === 'edit');
  assert.deepEqual(edit?.type === 'edit' && edit.content?.messages[1]?.tool_calls?.[0]?.function.arguments, {
    city: 'Ōsaka',
  });
  assert.deepEqual(edit?.type === 'edit' && edit.content?.tools, withTools.tools);
  assert.deepEqual(webview.complaints, []);
});

test('a split shows how far it is and can be cancelled', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: DatasetToHost[] = [];
  const onMessage = datasetHost(said);
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: 'dat_1' }, onMessage });
  const { page } = webview;
  await page.locator('vscode-button', { hasText: 'Split…' }).click();
  await page.getByLabel('Hold out').fill('120');
  await page.keyboard.press('Enter');
  await page.getByText('The share must be a number').waitFor();
  await page.getByLabel('Hold out').fill('12.5');
  await page.getByLabel('Seed').fill('7');
  await page.keyboard.press('Enter');
  await page.getByText('Splitting… 42 % · 1 min 5 s left').waitFor();
  await page.locator('vscode-button', { hasText: 'Cancel' }).click();
  await page.getByText('The split was cancelled').waitFor();
  const asked = said.filter(({ type }) => type === 'split' || type === 'cancelSplit');
  assert.deepEqual(asked, [
    { type: 'split', datasetId: 'dat_1', share: 0.125, seed: 7 },
    { type: 'cancelSplit', datasetId: 'dat_1' },
  ]);
  const made = {
    train: { id: 'a', name: 'all-train', rows: 90 },
    heldOut: { id: 'b', name: hostile, rows: 10 },
    near: 1,
  };
  await webview.send({ type: 'split', made });
  await page.getByText('90 rows to train on, 10 held out').waitFor();
  await page.locator('vscode-button', { hasText: `Open ${hostile}` }).click();
  await page.waitForTimeout(0);
  assert.deepEqual(said.at(-1), { type: 'openDataset', datasetId: 'b' });
  assert.deepEqual(webview.complaints, []);
});

test('a search without a find says what to do', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const onMessage = datasetHost([]);
  const question = { search: 'nothing', filter: 'all', sort: 'index', order: 'ascending', base: null };
  const state = { datasetId: 'dat_1', question };
  await using webview = await openWebview(browser, { name: 'dataset', state, language: 'ja', onMessage });
  const { page } = webview;
  await page.getByText('当てはまる行がありません。').waitFor();
  await page.getByRole('button', { name: 'すべての行を表示' }).click();
  await page.getByText('Question 0', { exact: true }).waitFor();
  assert.deepEqual((await webview.kept()) as object, {
    datasetId: 'dat_1',
    question: { ...question, search: '' },
    open: null,
    tab: 'edit',
  });
});

const answer = (model: string, text: string): ChatAnswer => ({
  model,
  text,
  facts: { tokens: 5, context: 40, seconds: 0.5, ended: 'stop' },
  failure: null,
});

function chatHost(said: ChatToHost[]) {
  const sampling = { temperature: 0.8, top_p: 0.95, max_tokens: null, seed: null };
  const settings = { model: 'tuned', compare: true, system: '', sampling };
  const at = '2026-11-21T10:00:00Z';
  const turn = {
    question: hostile,
    first: answer('base', 'The cat sat on the <b onclick="x()">mat</b>.'),
    second: answer('tuned', 'The cat sat on the **sofa**. [x](javascript:alert(1))\n\n```js\nlet a = "<b>";\n```'),
    vote: null,
  };
  const failed = {
    ...turn,
    question: 'And then?',
    first: { ...turn.first, facts: null, failure: { message: 'It is gone' } },
  };
  const kept = [
    { id: 'c1', title: hostile, changed_at: at },
    { id: 'c2', title: 'Second', changed_at: at },
  ];
  return (message: ChatToHost, send: Send<ChatToPage>): void => {
    said.push(message);
    if (message.type === 'search') {
      send({ type: 'conversations', conversations: kept.filter(({ title }) => title.includes(message.text)) });
    }
    if (message.type === 'select') {
      const conversation = { id: 'c2', created_at: at, changed_at: at, settings, turns: [failed] };
      send({ type: 'conversation', conversation, answering: false });
    }
    if (message.type !== 'ready') return;
    send({ type: 'conversations', conversations: kept });
    const base = { name: 'base', base: null, context: 256 };
    send({ type: 'models', models: [{ name: 'tuned', base: 'base', context: 256 }, base] });
    const conversation = { id: 'c1', created_at: at, changed_at: at, settings, turns: [turn] };
    send({ type: 'conversation', conversation, answering: false });
  };
}

for (const theme of Object.keys(themes) as ThemeName[]) {
  test(`two answers stand side by side with their differences, safely, in ${theme}`, async (context) => {
    if (!browser) return context.skip('no Chromium');
    const said: ChatToHost[] = [];
    const state = { conversationId: null };
    await using webview = await openWebview(browser, { name: 'chat', state, theme, onMessage: chatHost(said) });
    const { page } = webview;
    await page.locator('.answer.tuned strong').waitFor();
    assert.equal(await page.locator('.answer b, .answer a, .answer script').count(), 0);
    assert.equal(await page.locator('.question-text').innerText(), hostile);
    assert.ok((await page.locator('.answer.tuned mark').allInnerTexts()).includes('sofa'));
    assert.ok(!(await page.locator('.answer.base mark').allInnerTexts()).includes('cat'));
    await page.getByRole('button', { name: 'Tuned is better' }).click();
    await page.getByRole('textbox', { name: 'Message' }).fill('Next?');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('line two');
    await page.keyboard.press('Enter');
    await page.waitForFunction('document.querySelector("textarea.input").value === ""');
    const [vote, sent] = said.filter(({ type }) => type === 'vote' || type === 'send');
    assert.deepEqual(vote, { type: 'vote', conversationId: 'c1', turn: 0, better: 'second' });
    assert.deepEqual(sent, { type: 'send', conversationId: 'c1', text: 'Next?\nline two' });
    assert.deepEqual(webview.complaints, []);
  });
}

test('the buttons in the head of the chat stay beside each other at every width', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const onMessage = chatHost([]);
  await using webview = await openWebview(browser, { name: 'chat', state: { conversationId: null }, onMessage });
  const { page } = webview;
  const buttons = ['Conversations', 'New conversation'].map((name) => page.getByRole('button', { name, exact: true }));
  for (const button of buttons) await button.waitFor();
  const apart: number[] = [];
  for (let width = 300; width <= 960; width += 6) {
    await page.setViewportSize({ width, height: 700 });
    const [first, second] = await Promise.all(buttons.map((button) => button.boundingBox()));
    if (first!.y !== second!.y) apart.push(width);
  }
  assert.deepEqual(apart, []);
});

test('conversations are found, opened, named and deleted; a failed question is asked again; code is copied', async (context) => {
  if (!browser) return context.skip('no Chromium');
  const said: ChatToHost[] = [];
  const onMessage = chatHost(said);
  await using webview = await openWebview(browser, { name: 'chat', state: { conversationId: null }, onMessage });
  const { page } = webview;
  await page.getByRole('button', { name: 'Copy the code' }).click();
  await page.getByRole('button', { name: 'Conversations' }).click();
  const list = page.locator('.conversation-list');
  assert.deepEqual(await list.locator('.conversation').allInnerTexts(), [hostile, 'Second']);
  await page.getByRole('button', { name: 'Rename… Second' }).click();
  await page.getByRole('button', { name: 'Export… Second' }).click();
  await page.getByRole('button', { name: 'Delete the conversation… Second' }).click();
  await page.getByRole('textbox', { name: 'Search conversations' }).fill('Sec');
  await list.getByText('שלום').waitFor({ state: 'detached' });
  await list.getByText('Second').click();
  await page.getByText('It is gone').waitFor();
  await page.locator('vscode-button', { hasText: 'Ask again' }).click();
  await page.evaluate('0');
  const done = said.filter(({ type }) => !['ready', 'settings', 'search', 'select'].includes(type));
  assert.deepEqual(done, [
    { type: 'copy', text: 'let a = "<b>";\n' },
    { type: 'rename', conversationId: 'c2' },
    { type: 'export', conversationId: 'c2' },
    { type: 'delete', conversationId: 'c2' },
    { type: 'send', conversationId: 'c2', text: 'And then?', from: 0 },
  ]);
  assert.deepEqual(webview.complaints, []);
});
