import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request as httpRequest, type OutgoingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { type Route, routes } from '../../backend/contract/routes.ts';
import { type ErrorBody, ErrorResponse } from '../../backend/contract/run.ts';
import { importBasics, type TestBackend, testBackend, testToken } from '../support/testBackend.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as raw as it gets: nothing is added but the right Host and token, and these can be replaced. */
function send(
  { port }: TestBackend,
  method: string,
  path: string,
  headers: OutgoingHttpHeaders = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = { authorization: `Bearer ${testToken}`, ...headers };
    const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers: all }, (answer) => {
      const { statusCode: status = 0, headers: received } = answer;
      text(answer).then((body) => resolve({ status, headers: received, body }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function refused(answering: Promise<Answer>, status: number, code: string): Promise<ErrorBody> {
  const answer = await answering;
  const { error } = ErrorResponse.parse(JSON.parse(answer.body));
  assert.deepEqual([answer.status, error.code], [status, code], answer.body);
  assert.equal(error.request_id, answer.headers['x-request-id']);
  assert.match(error.request_id ?? '', /^[0-9a-f-]{36}$/);
  assert.doesNotMatch(error.message, /\{\w+\}/, 'a placeholder was left empty');
  assert.doesNotMatch(error.hint ?? '', /\{\w+\}/, 'a placeholder was left empty');
  return error;
}

const json = { 'content-type': 'application/json' };

test('only who has the token gets in', async (t) => {
  const backend = await testBackend(t);
  for (const authorization of [
    '',
    'Bearer ',
    'Bearer wrong',
    `Bearer ${testToken}x`,
    `Basic ${testToken}`,
    testToken,
  ]) {
    for (const path of ['/v1/health', '/openapi.json', '/v1/nothing']) {
      const answer = send(backend, 'GET', path, { authorization });
      await refused(answer, 401, 'unauthorized');
      assert.equal((await answer).headers['www-authenticate'], 'Bearer');
    }
  }
  assert.equal((await send(backend, 'GET', '/v1/health')).status, 200);
});

test('names that were made to point here are refused, and so are web pages', async (t) => {
  const backend = await testBackend(t);
  const { port } = backend;
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:${port + 1}`,
    `127.0.0.1.evil.example:${port}`,
  ]) {
    await refused(send(backend, 'GET', '/v1/health', { host }), 403, 'request_host');
  }
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`]) {
    assert.equal((await send(backend, 'GET', '/v1/health', { host })).status, 200);
  }
  for (const origin of ['https://evil.example', 'null', `http://localhost:${port}`, 'vscode-webview://x']) {
    await refused(send(backend, 'GET', '/v1/health', { origin }), 403, 'request_origin');
  }
});

test('bodies that are too large, no JSON or not what was expected', async (t) => {
  const backend = await testBackend(t);
  const post = (body: string, headers: OutgoingHttpHeaders = json) => send(backend, 'POST', '/v1/runs', headers, body);
  await refused(post(JSON.stringify({ recipe: 'x'.repeat(5_000_000) })), 413, 'request_too_large');
  await refused(post('{"recipe":'), 400, 'request_json');
  await refused(post(''), 400, 'request_invalid');
  await refused(post('{}', { 'content-type': 'text/plain' }), 415, 'request_media_type');
  await refused(post('{}', {}), 415, 'request_media_type');
  await refused(post('{"recipe":{},"surplus":1}'), 400, 'request_invalid');
  const import_ = await refused(send(backend, 'POST', '/v1/datasets', json, '{"path":3}'), 400, 'request_invalid');
  assert.deepEqual(
    import_.problems?.map(({ path }) => path),
    ['path'],
  );
  assert.equal(import_.param, 'path');
  await refused(send(backend, 'POST', '/v1/datasets', json, '{"path":"a.jsonl"}'), 400, 'path_not_absolute');
  await refused(send(backend, 'GET', '/v1/runs?limit=0'), 400, 'request_invalid');
  await refused(send(backend, 'GET', '/v1/runs?state=lost'), 400, 'request_invalid');
});

test('what there is not', async (t) => {
  const backend = await testBackend(t);
  await refused(send(backend, 'GET', '/v1/nothing'), 404, 'request_not_found');
  await refused(send(backend, 'GET', '/'), 404, 'request_not_found');
  const wrong = send(backend, 'PUT', '/v1/runs/run_x');
  await refused(wrong, 405, 'request_method');
  assert.equal((await wrong).headers.allow, 'GET, DELETE');
  for (const path of ['runs', 'datasets', 'bases', 'adapters']) {
    const error = ErrorResponse.parse(JSON.parse((await send(backend, 'GET', `/v1/${path}/x_y`)).body)).error;
    assert.match(error.code, /^(run|dataset|model|adapter)_not_found$/);
    assert.match(error.message, /x_y/);
  }
  await refused(send(backend, 'GET', '/v1/runs/x/events'), 404, 'run_not_found');
  await refused(send(backend, 'GET', '/v1/runs/..%2f..%2fetc'), 404, 'run_not_found');
});

const languages: [header: string | undefined, expected: RegExp][] = [
  [undefined, /^There is no run/],
  ['ja', /はありません/],
  ['ja-JP,en;q=0.8', /はありません/],
  ['en-GB,ja;q=0.9', /^There is no run/],
  ['fr, ja;q=0.5, en;q=0.4', /はありません/],
  ['en;q=0.1, ja;q=0.2', /はありません/],
  ['fr', /^There is no run/],
  ['*', /^There is no run/],
  ['ja;q=0, en', /^There is no run/],
  [';;;,q=', /^There is no run/],
];

test('errors are in the language that is asked for', async (t) => {
  const backend = await testBackend(t);
  for (const [header, expected] of languages) {
    const headers = header === undefined ? {} : { 'accept-language': header };
    const error = await refused(send(backend, 'GET', '/v1/runs/x', headers), 404, 'run_not_found');
    assert.match(error.message, expected, header ?? 'none');
  }
  const headers = { ...json, 'accept-language': 'ja' };
  const invalid = await refused(send(backend, 'POST', '/v1/models', headers, '{"path":3}'), 400, 'request_invalid');
  assert.match(invalid.message, /無効な入力/);
});

test('an upload becomes a data set, however it is cut into pieces', async (t) => {
  const backend = await testBackend(t);
  const rows = '{"question":"日本語?","answer":"はい"}\n'.repeat(50);
  const body = Buffer.from(rows);
  const answer = await send(backend, 'POST', '/v1/datasets/upload?filename=a.jsonl&name=up', {}, body);
  assert.equal(answer.status, 201, answer.body);
  const { dataset } = JSON.parse(answer.body);
  const page = await backend.client.call('datasetRows', {
    params: { id: dataset.id },
    query: { offset: 48, limit: 10 },
  });
  assert.deepEqual([page.total, page.rows.map(({ index }) => index)], [50, [48, 49]]);
  assert.equal(page.rows[0]?.row.messages[0]?.content, '日本語?');
  await refused(send(backend, 'POST', '/v1/datasets/upload?filename=e.jsonl', {}, ''), 422, 'dataset_empty');
});

test('no secret stands in the log', async (t) => {
  const backend = await testBackend(t);
  await importBasics(backend);
  await send(backend, 'GET', `/v1/${testToken}`, { cookie: 'session=hidden' });
  await send(backend, 'GET', '/v1/runs', { authorization: 'Bearer wrong-secret' });
  await backend.restart();
  const log = readFileSync(backend.logPath, 'utf8');
  assert.ok(log.split('\n').length > 4, log);
  for (const secret of [testToken, 'hidden', 'wrong-secret']) assert.ok(!log.includes(secret), secret);
  for (const line of log.trimEnd().split('\n')) JSON.parse(line);
});

test('the document tells of every route, and every route is served', async (t) => {
  const backend = await testBackend(t);
  const document = JSON.parse((await send(backend, 'GET', '/openapi.json')).body);
  const told = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
  );
  const known = Object.entries<Route>(routes).map(([name, { method, path }]) => `${name} ${method} ${path}`);
  assert.deepEqual(told.sort(), known.sort());
  for (const [name, { method, path }] of Object.entries<Route>(routes)) {
    const [headers, body] = method === 'post' ? [json, '{"surplus":1}'] : [];
    const answer = await send(backend, method.toUpperCase(), path.replace('{id}', 'x_y'), headers, body);
    const code = answer.status < 400 ? '' : ErrorResponse.parse(JSON.parse(answer.body)).error.code;
    assert.ok(!['request_not_found', 'request_method', 'internal'].includes(code), `${name}: ${answer.body}`);
  }
});

test('every reference of the document leads somewhere', async (t) => {
  const backend = await testBackend(t);
  const document = JSON.parse((await send(backend, 'GET', '/openapi.json')).body);
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key !== '$ref') visit(value);
      else if (String(value).startsWith('#/components/')) {
        const target = String(value)
          .slice(2)
          .split('/')
          .reduce((at, part) => at?.[part], document);
        assert.ok(target, String(value));
      }
    }
  };
  visit(document);
  assert.equal(document.openapi, '3.1.1');
});

function abandoned(t: TestContext, { port }: TestBackend, path: string): Promise<void> {
  return new Promise((resolve) => {
    const sent = httpRequest({ host: '127.0.0.1', port, path, headers: { authorization: `Bearer ${testToken}` } });
    sent.on('error', () => {});
    sent.on('response', (answer) => answer.destroy());
    sent.on('close', () => resolve());
    sent.end();
    t.after(() => sent.destroy());
  });
}

test('clients that go away leave nothing behind', async (t) => {
  const backend = await testBackend(t, { stepTime: 20 });
  await importBasics(backend);
  const recipe = { base: 'base', dataset: 'pairs', training: { steps: 200 }, evaluation: { answers: false } };
  const run = await backend.client.call('createRun', { body: { recipe } });
  for (let i = 0; i < 20; i++) await abandoned(t, backend, `/v1/runs/${run.id}/events`);
  assert.equal((await backend.client.call('readRun', { params: { id: run.id } })).state, 'running');
  await backend.restart();
  assert.doesNotMatch(readFileSync(backend.logPath, 'utf8'), /"level":"error"/);
});
