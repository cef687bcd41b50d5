/** The whole of it in Japanese: what the manifest, the extension and the pages say. */
import { describe, test } from 'node:test';
import { skipEditor, testEditor } from '../support/editor/testEditor.ts';
import { Walkthrough } from '../support/editor/walkthrough.ts';

describe('the studio in Japanese', { skip: skipEditor }, () => {
  const editor = testEditor({ language: 'ja' });

  test('views, commands, walkthrough and pages speak Japanese', async () => {
    const window = await editor().openWindow();
    await window.openSidebar();
    for (const [view, step] of [
      ['データセット', 'データセットを取り込む…'],
      ['学習', '新しい学習…'],
      ['モデル', 'モデルを取り込む…'],
    ] as const) {
      await window.see(window.view(view).getByText(step), `${step} in ${view}`);
    }
    await window.row('サーバー', '動作中');
    await window.picture('ja empty');

    const walkthrough = await Walkthrough.open(window, 'Tatara: はじめかた', '初めてのチューニング');
    await walkthrough.press('bring', '用意する');
    await window.row('データセット', /tutorial-1\s*20 行/);
    await window.row('モデル', 'tutorial-base');
    await window.picture('ja walkthrough');

    const dataset = await window.row('データセット', /tutorial-1\s*20 行/);
    await window.rowMenu(dataset, 'データセットを開く');
    const rows = await window.webview('dataset');
    await window.see(
      rows.getByText('モデルから見た行').or(rows.getByText('読み取るモデル')),
      'the page of the data set',
    );
    await window.picture('ja data set');

    await window.command('Tatara: チュートリアル: チューニングする');
    const newRun = await window.webview('newRun');
    await newRun.getByText('計測', { exact: true }).click();
    await window.see(newRun.getByText(/このマシンでの実測/), 'what was measured');
    await window.picture('ja new run');
    await newRun.getByText('開始', { exact: true }).click();
    const run = await window.webview('run');
    await window.see(run.locator('.status', { hasText: '実行中' }), 'the run going on');
    await run.getByText('取りやめ', { exact: true }).click();
    await window.see(run.locator('.status', { hasText: '取りやめ' }), 'the run stopped');
    await window.row('学習', '取りやめ');
    await window.picture('ja run');

    await window.command('Tatara: 学習を比較');
    const compare = await window.webview('compareRuns');
    await window.see(compare.getByPlaceholder('学習を検索'), 'the page of comparisons');

    await window.command('Tatara: チュートリアル: ベースモデルに聞く');
    const chat = await window.webview('chat');
    await chat.getByLabel('メッセージ').fill('こんにちは');
    await chat.getByText('送信', { exact: true }).click();
    await window.see(chat.locator('.answer .facts', { hasText: 'トークン/秒' }), 'the answer');
    await window.picture('ja chat');
  });
});
