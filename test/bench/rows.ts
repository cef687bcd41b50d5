/**
 * `npm run bench:rows`: a data set of a million rows, imported by a real backend process and looked at on the real page
 * in Chromium: how long each thing takes, how much memory backend and page need, and how evenly the page scrolls.
 * `-- --rows N` takes another number. The last line is one JSON object with every figure.
 */
import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import type { Backend } from '../../backend/client/backend.ts';
import { connectBackend } from '../../backend/client/connectBackend.ts';
import { followDatasetJob } from '../../backend/client/followDatasetJob.ts';
import type { DatasetToHost, DatasetToPage } from '../../webviews/contract/dataset.ts';
import { openBrowser } from '../support/webviewHarness/openBrowser.ts';
import { openWebview } from '../support/webviewHarness/openWebview.ts';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '1000000' } } });
const rows = Number(values.rows);
const figures: Record<string, number> = { rows };

function note(name: string, value: number, unit: string): void {
  figures[`${name}_${unit}`] = Number(value.toPrecision(4));
  console.log(`${name.padEnd(34)}${value.toPrecision(4)} ${unit}`);
}

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  note(name, (performance.now() - began) / 1000, 's');
  return result;
}

const question = (n: number): string =>
  `Question ${n}: what does part ${(n * 7919) % 100_003} of the manual say about ${['pumps', 'valves', 'seals', '弁'][n % 4]}?`;
const answer = (n: number): string => `It says ${n * 17}. ${'Tighten it, then look again. '.repeat(n % 9)}`;

function* lines(): Generator<string> {
  const block = 2000;
  for (let from = 0; from < rows; from += block) {
    let text = '';
    for (let n = from; n < Math.min(rows, from + block); n++) {
      text += `${JSON.stringify({ question: question(n), answer: answer(n) })}\n`;
    }
    yield text;
  }
}

/** Resident memory of a process now and at most, MiB. Linux only. */
function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

const folder = mkdtempSync(join(tmpdir(), 'tatara-bench-'));
try {
  console.log(`${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`);
  const path = join(folder, 'rows.jsonl');
  await pipeline(Readable.from(lines()), createWriteStream(path));
  note('file', statSync(path).size / 2 ** 20, 'MiB');
  await using backend = await connectBackend({ dataDirectory: join(folder, 'home') });
  const memory = () => memoryOf(backend.address.pid);
  note('backend_before', memory().now, 'MiB');
  const started = await backend.call('startImport', { body: { path } });
  const { imported } = await timed('import', () => followDatasetJob(backend, started));
  note('backend_peak_import', memory().peak, 'MiB');
  const id = imported!.dataset.id;
  assert.equal(imported!.dataset.rows, rows);
  const params = { id };
  await timed('first_page_unread', () => backend.call('viewDataset', { params, query: {} }));
  await timed('statistics', () => backend.call('datasetStatistics', { params }));
  const view = (query: object) => backend.call('viewDataset', { params, query });
  const last = await timed('last_page', () => view({ offset: rows - 100 }));
  assert.equal(last.rows.at(-1)?.row.messages[0]?.content, question(rows - 1));
  const pages: number[] = [];
  for (let n = 0; n < 200; n++) {
    const began = performance.now();
    await view({ offset: Math.floor((n * 7919 * 131) % (rows - 100)) });
    pages.push(performance.now() - began);
  }
  pages.sort((a, b) => a - b);
  note('page_median', pages[100]!, 'ms');
  note('page_p99', pages[197]!, 'ms');
  const sorted = await timed('sort_by_length', () => view({ sort: 'length', order: 'descending' }));
  assert.equal(sorted.rows.length, 100);
  const found = await timed('search', () => view({ search: `question ${rows - 3}: 弁` }));
  assert.ok(found.matching <= 1);
  note('backend_peak_viewing', memory().peak, 'MiB');
  await look(backend, id);
  const job = await backend.call('splitDataset', { params, body: { share: 0.1 } });
  const { split } = await timed('split', () => followDatasetJob(backend, job));
  assert.equal(split!.train.rows + split!.held_out.rows, rows);
  note('backend_peak_split', memory().peak, 'MiB');
  await backend.call('shutdown');
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
console.log(JSON.stringify({ date: new Date().toISOString().slice(0, 10), ...figures }));

/** Goes through the page as a person does, with the backend behind it. */
async function look(backend: Backend, id: string): Promise<void> {
  const browser = await openBrowser();
  if (!browser) return;
  const dataset = await backend.call('readDataset', { params: { id } });
  const asked: number[] = [];
  const onMessage = async (message: DatasetToHost, send: (answer: DatasetToPage) => void): Promise<void> => {
    const params = { id };
    if (message.type === 'ready') {
      const about = { skipped: 0, problems: { total: 0, kept: 0 }, newer: null, models: [] };
      send({ type: 'dataset', dataset: { ...dataset, ...about } });
    }
    if (message.type === 'rows') {
      asked.push(message.limit);
      const { base: _base, ...query } = message.asked;
      const answered = await backend.call('viewDataset', {
        params,
        query: { ...query, offset: message.offset, limit: message.limit },
      });
      const { rows: shown, matching, noticed } = answered;
      send({ type: 'rows', question: message.question, offset: message.offset, rows: shown, matching, noticed });
    }
    if (message.type === 'statistics') {
      const statistics = await backend.call('datasetStatistics', { params });
      send({ type: 'statistics', question: message.question, statistics });
    }
  };
  await using webview = await openWebview(browser, { name: 'dataset', state: { datasetId: id }, onMessage });
  const { page } = webview;
  await timed('page_first_rows', () => page.getByText(question(0)).waitFor());
  await page.locator('[role=grid]').focus();
  await timed('page_to_the_end', async () => {
    await page.keyboard.press('End');
    await page.getByText(question(rows - 1)).waitFor();
  });
  // A person who drags the scroll bar: sixty steps over the whole length and back, a picture of the screen each.
  const frames = (await page.evaluate(`(async () => {
    const body = document.querySelector('.table-body');
    const far = body.scrollHeight - body.clientHeight;
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const times = [];
    for (let step = 0; step <= 240; step++) {
      body.scrollTop = far * Math.abs(1 - step / 120);
      const began = performance.now();
      await frame();
      times.push(performance.now() - began);
    }
    return times;
  })()`)) as number[];
  frames.sort((a, b) => a - b);
  note('page_frame_median', frames[Math.floor(frames.length / 2)]!, 'ms');
  note('page_frame_p95', frames[Math.floor(frames.length * 0.95)]!, 'ms');
  note('page_lines_in_document', await page.locator('.line').count(), 'lines');
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  note('page_heap', usedSize / 2 ** 20, 'MiB');
  note('page_requests', asked.length, 'pages');
  assert.deepEqual(webview.complaints, []);
  await browser.close();
}
