import '../../support/fakeVscode/use.ts';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import markdownIt from 'markdown-it';
import { createAdapterStore } from '../../../backend/db/modelStore.ts';
import { openDatabase } from '../../../backend/db/openDatabase.ts';
import { plainText } from '../../../backend/l10n/plainText.ts';
import { writeLoraGguf } from '../../../native/formats/lora/loraGguf.ts';
import { activated, until } from '../../support/fakeVscode/activated.ts';
import { editor, MarkdownString, type TreeItem } from '../../support/fakeVscode/vscode.ts';
import { hostileTexts } from '../../support/hostileTexts.ts';
import { evaluationOf, writeRuns } from '../../support/manyRuns.ts';
import { importRows, pair, pairs, tutorialBase } from '../../support/testBackend.ts';

const line = (item: TreeItem) => [item.label, item.description ?? ''];

test('ten thousand runs are shown by parts, the newest first', async (t) => {
  const studio = await activated(t, (home) =>
    writeRuns(
      home,
      Array.from({ length: 10_000 }, (_, index) => ({ evaluation: index % 100 === 0 ? evaluationOf(20, 20) : null })),
    ),
  );
  const first = await studio.tree('tatara.runs');
  assert.deepEqual(first.slice(0, 2).map(line), [
    ['run 9999', 'base · done'],
    ['run 9998', 'base · done'],
  ]);
  assert.deepEqual([first.length, ...line(first.at(-1)!)], [51, 'Show 200 more', '50 of 10,000 shown']);
  assert.equal(first.at(-1)?.command?.command, 'tatara.showMoreRuns');
  await studio.run('tatara.showMoreRuns');
  const more = await studio.tree('tatara.runs');
  assert.equal(more.length, 251);
  assert.equal(new Set(more.map(({ id }) => id)).size, 251);
  assert.deepEqual(line(more[99]!), ['run 9900', 'base · better +100']);
});

test('a run says how it stands, and why it failed', async (t) => {
  const studio = await activated(t, (home) =>
    writeRuns(home, [
      { name: 'lost', state: 'failed', error: { code: 'disk_full', details: { path: '/data' }, problems: [] } },
      { name: 'halted', state: 'paused', step: 4 },
      { name: 'same', evaluation: evaluationOf(20, 0) },
      { name: 'unmeasured' },
    ]),
  );
  const rows = await studio.tree('tatara.runs');
  assert.deepEqual(rows.map(line), [
    ['unmeasured', 'base · done'],
    ['same', 'base · no difference shown'],
    ['halted', 'base · paused at step 4'],
    ['lost', 'base · The disk is full: /data could not be written.'],
  ]);
  assert.equal(rows[3]?.iconPath?.id, 'error');
  assert.match((rows[3]!.tooltip as MarkdownString).value, /Free some space/);
});

test('what somebody else has named is shown as text, wherever it is shown', async (t) => {
  const studio = await activated(t, (home) =>
    writeRuns(
      home,
      hostileTexts.map((name) => ({
        name,
        state: 'failed',
        base: { id: 'mdl_1', name, hash: `sha256:${'a'.repeat(64)}` },
        dataset: { id: 'dat_1', name, hash: `sha256:${'a'.repeat(64)}`, version: 1 },
        error: { code: 'disk_full', details: { path: name }, problems: [] },
      })),
    ),
  );
  const markdown = markdownIt({ html: true, linkify: true });
  const rows = await studio.tree('tatara.runs');
  assert.equal(rows.length, hostileTexts.length);
  for (const [index, item] of rows.reverse().entries()) {
    const name = plainText(hostileTexts[index]!);
    for (const text of [item.label, item.description ?? '', item.accessibilityInformation?.label ?? '']) {
      assert.ok(text.includes(name), text);
      assertHarmless(text);
    }
    assert.ok(item.tooltip instanceof MarkdownString && !item.tooltip.isTrusted && !item.tooltip.supportHtml);
    const html = markdown.render(item.tooltip.value);
    assert.match(html, /^(<p>(<strong>)?[^<>]*(<\/strong>)?<\/p>\n)+$/, html);
    assertHarmless(item.tooltip.value.replaceAll('\n', ''));
  }
  await studio.run('tatara.openRun');
  for (const { label, description } of editor.picks[0]!.items) {
    assertHarmless(label + description);
    assert.doesNotMatch(label + description, /(?<!\\)\$\(/);
  }
  for (const [index, name] of hostileTexts.entries()) {
    await studio.run('tatara.deleteRun', `run_${index}`);
    const question = editor.shown.at(-1)!;
    assertHarmless(question.message);
    assert.doesNotMatch(question.message, /\]\(/, name);
  }
});

function assertHarmless(text: string): void {
  assert.doesNotMatch(
    text.replaceAll(/\p{Emoji}\u200d/gu, ''),
    /[\p{Cc}\u202a-\u202e\u2066\u2067\u200b\u200e\u200f]/u,
    JSON.stringify(text),
  );
}

test('a model shows what is proven, what is in use, and the server what it holds', async (t) => {
  const studio = await activated(t);
  assert.deepEqual((await studio.tree('tatara.models')).map(line), []);
  const backend = await studio.backend();
  const base = await backend.call('importModel', { body: { path: tutorialBase, name: 'base' } });
  const path = join(studio.home, 'x.gguf');
  const [a, b] = [new Float32Array(320), new Float32Array(320)];
  const tensor = { name: 'blk.0.attn_q.weight', in: 160, out: 160, rank: 2, a, b };
  writeLoraGguf(path, { architecture: 'llama', alpha: 4, tensors: [tensor], metadata: {} });
  const names = ['plain', 'won', 'lost'];
  const made = [];
  for (const name of names) made.push(await backend.call('importAdapter', { body: { path, base: 'base', name } }));
  const database = openDatabase(join(studio.home, 'tatara.db'));
  createAdapterStore(database).judge(made[1]!.id, 'better');
  createAdapterStore(database).judge(made[2]!.id, 'worse');
  database.close();
  await studio.run('tatara.refresh');
  const rows = () => studio.rows('tatara.models');
  const wonRow = (await rows()).find((row) => 'item' in row && row.value.name === 'won');
  await studio.run('tatara.makeDefault', wonRow);
  const items = await studio.tree('tatara.models');
  const size = '2.2 kB';
  assert.deepEqual(
    items.map((item) => [
      item.label,
      item.description?.replace(/[\d.]+ kB/, size),
      item.iconPath?.id,
      item.contextValue,
    ]),
    [
      ['base', `F16 · ${items[0]?.description?.split(' · ')[1]}`, 'symbol-misc', 'model'],
      ['lost', `worse · rank 2 · ${size}`, 'warning', 'adapter.lost'],
      ['won', `proven · in use · rank 2 · ${size}`, 'verified-filled', 'adapter.default'],
      ['plain', `rank 2 · ${size}`, 'sparkle', 'adapter'],
    ].map((row) => row.map((cell) => cell?.replace('F16', base.facts.file_type))),
  );
  await studio.run('tatara.makeDefault', made[2]!.id);
  assert.match(editor.shown.at(-1)?.message ?? '', /^lost cannot become the default: .* It can still be asked/);

  const server = (await studio.tree('tatara.server')).map(line);
  assert.deepEqual(server[0], [backend.url, 'running']);
  assert.deepEqual(server[1], ['Default model', 'won']);
  const messages = [{ role: 'user' as const, content: 'Who are you?' }];
  await backend.call('chatCompletions', { body: { messages, max_tokens: 2 } });
  await studio.run('tatara.refresh');
  const held = (await studio.tree('tatara.server')).map(line);
  assert.match(held[0]?.[1] ?? '', /^running · 1 model loaded · [\d.]+ MB$/);
  assert.match(held[1]?.join(' | ') ?? '', /^base \+ won \| [\d.]+ MB · idle$/);
  await studio.run('tatara.clearDefault');
  assert.deepEqual((await studio.tree('tatara.server')).map(line)[2], ['Default model', 'none chosen']);
});

test('a data set shows its problems and languages once it has been looked through', async (t) => {
  const studio = await activated(t);
  assert.deepEqual(await studio.tree('tatara.datasets'), []);
  const client = await studio.backend();
  await importRows({ client, directory: studio.home }, 'good', pairs(20));
  const contradiction = [pair('What is the capital?', 'Paris.'), pair('What is the capital?', 'Rome.')];
  await importRows({ client, directory: studio.home }, 'bad', [...contradiction, pair('日本の首都は?', '東京です。')]);
  await studio.run('tatara.refresh');
  const datasets = async () => (await studio.tree('tatara.datasets')).map(line);
  let shown = await datasets();
  for (let i = 0; i < 200 && !shown.every(([, text]) => text?.includes('en')); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    shown = await datasets();
  }
  assert.deepEqual(shown, [
    ['bad', '3 rows · en · ja'],
    ['good', '20 rows · en'],
  ]);
  const [bad, good] = await studio.tree('tatara.datasets');
  assert.deepEqual(
    [bad, good].map((item) => item?.resourceUri && editor.decorator?.provideFileDecoration(item.resourceUri)?.badge),
    ['2', undefined],
  );
  assert.match(bad?.accessibilityInformation?.label ?? '', /2 problems to look at$/);
  const path = join(studio.home, 'broken.jsonl');
  writeFileSync(
    path,
    `${pairs(2)
      .map((row) => JSON.stringify(row))
      .join('\n')}\n{"question": "cut o\n{}\n`,
  );
  await client.call('importDataset', { body: { path, skip_broken: true } });
  await studio.run('tatara.refresh');
  const broken = (await studio.tree('tatara.datasets')).find((item) => line(item)[0] === 'broken');
  assert.equal(broken?.resourceUri && editor.decorator?.provideFileDecoration(broken.resourceUri)?.badge, '2');
});

test('what changes elsewhere is seen', async (t) => {
  const studio = await activated(t);
  await studio.tree('tatara.datasets');
  const client = await studio.backend();
  const ended = new Promise((resolve) => editor.views.get('tatara.datasets')?.provider.onDidChangeTreeData(resolve));
  await importRows({ client, directory: studio.home }, 'other', pairs(2));
  await studio.run('tatara.refresh');
  await ended;
  await until(() => editor.views.has('tatara.datasets'), 'a tree');
  assert.equal((await studio.tree('tatara.datasets'))[0]?.label, 'other');
});
