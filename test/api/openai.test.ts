/** OpenAI's surface, by the app that the backend serves, over real HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createApp } from '../../backend/app.ts';
import { ChatCompletion, ChatCompletionChunk, OpenAiModelList } from '../../backend/contract/chat.ts';
import { TataraError } from '../../backend/contract/errors.ts';
import { ErrorResponse } from '../../backend/contract/run.ts';
import type { RouteHandlers } from '../../backend/http/routeHandlers.ts';
import { Inference } from '../../backend/inference/inference.ts';
import type { ChatEvent, ChatRequest } from '../../backend/inference/inferenceTypes.ts';
import type { AskableModels, ChatModelAsker } from '../../backend/openai/chatPorts.ts';
import { writeChatModel, writeRandomAdapter } from '../support/storyModel.ts';
import { tempDir } from '../support/tempDir.ts';
import { testData } from '../support/testData.ts';

const token = 'a-token-for-this-test';
const stories = testData('models/stories260K/stories260K.gguf');
const hash = `sha256:${'1'.repeat(64)}`;

interface Served {
  post(body: unknown, options?: { signal?: AbortSignal; headers?: Record<string, string> }): Promise<Response>;
  get(path: string): Promise<Response>;
}

async function serve(context: TestContext, models: AskableModels, inference: ChatModelAsker): Promise<Served> {
  let port = 0;
  const app = createApp({
    version: '0.0.0',
    token,
    port: () => port,
    log: { write: () => {} },
    handlers: {} as RouteHandlers,
    chat: { models, inference },
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  port = (server.address() as AddressInfo).port;
  const url = `http://127.0.0.1:${port}`;
  const authorization = `Bearer ${token}`;
  return {
    post: (body, { signal, headers } = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      }),
    get: (path) => fetch(`${url}${path}`, { headers: { authorization } }),
  };
}

const oneModel: AskableModels = {
  async resolve(name) {
    if (name !== 'base' && name !== 'id-of-base') throw new TataraError('model_not_found', { id: name });
    return { name: 'base', file: { path: '/base.gguf', hash } };
  },
  list: async () => [{ name: 'base', createdAt: new Date(1_700_000_000_900), ownedBy: 'local' }],
};

/** Says what it is told to say, and remembers what it was asked. */
function asker(say: (request: ChatRequest) => AsyncGenerator<ChatEvent, void, void>) {
  const requests: ChatRequest[] = [];
  const chat = (request: ChatRequest) => {
    requests.push(request);
    return say(request);
  };
  return { chat, requests };
}

async function* hello(): AsyncGenerator<ChatEvent, void, void> {
  yield { type: 'start', promptTokens: 5 };
  yield { type: 'text', text: 'Hel' };
  yield { type: 'text', text: 'lo 日本 🙂\n\ndata: x' };
  yield { type: 'end', finishReason: 'stop', promptTokens: 5, completionTokens: 7 };
}

/** The `data:` of each event. */
async function events(response: Response): Promise<string[]> {
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const parts = (await response.text()).split('\n\n');
  assert.equal(parts.pop(), '');
  return parts.map((part) => {
    assert.match(part, /^data: [^\n]*$/);
    return part.slice(6);
  });
}

const messages = [{ role: 'user', content: 'Hi' }];

test('an answer is one object, or chunks that add up to the same', async (context) => {
  const { chat, requests } = asker(hello);
  const served = await serve(context, oneModel, { chat });
  const whole = await served.post({ model: 'id-of-base', messages });
  assert.equal(whole.status, 200);
  const completion = ChatCompletion.parse(await whole.json());
  assert.equal(completion.model, 'base');
  assert.equal(completion.choices[0]?.message.content, 'Hello 日本 🙂\n\ndata: x');
  assert.equal(completion.choices[0]?.finish_reason, 'stop');
  assert.deepEqual(completion.usage, { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 });
  assert.ok(Math.abs(completion.created - Date.now() / 1000) < 600);

  const streamed = await events(await served.post({ model: 'base', messages, stream: true }));
  assert.equal(streamed.pop(), '[DONE]');
  const chunks = streamed.map((data) => ChatCompletionChunk.parse(JSON.parse(data)));
  assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
  assert.deepEqual(
    chunks.map(({ choices }) => choices[0]?.delta),
    [{ role: 'assistant', content: '' }, { content: 'Hel' }, { content: 'lo 日本 🙂\n\ndata: x' }, {}],
  );
  assert.deepEqual(
    chunks.map(({ choices }) => choices[0]?.finish_reason),
    [null, null, null, 'stop'],
  );
  assert.ok(streamed.every((data) => !data.includes('"usage"')));

  const counted = await events(
    await served.post({ model: 'base', messages, stream: true, stream_options: { include_usage: true } }),
  );
  const last = JSON.parse(counted.at(-2)!);
  assert.deepEqual(last.choices, []);
  assert.deepEqual(last.usage, { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 });
  assert.equal(JSON.parse(counted[0]!).usage, null);
  assert.deepEqual(requests[0]?.model, { path: '/base.gguf', hash });
});

test('every setting reaches the model in its own terms', async (context) => {
  const { chat, requests } = asker(hello);
  const served = await serve(context, oneModel, { chat });
  const check = async (body: object, wanted: Partial<ChatRequest>) => {
    const response = await served.post({ model: 'base', messages, ...body });
    assert.equal(response.status, 200);
    await response.text();
    const { signal: _signal, model: _model, ...request } = requests.at(-1)!;
    const plain = { messages, sampling: {}, stop: [] };
    assert.deepEqual(request, { ...plain, ...wanted });
  };
  await check({}, {});
  await check({ temperature: null, stop: null, max_tokens: null, seed: null }, {});
  await check(
    { temperature: 0, top_p: 0.5, top_k: 0, seed: -1 },
    { sampling: { temperature: 0, topP: 0.5, topK: 0, seed: -1 } },
  );
  await check(
    { presence_penalty: 1, frequency_penalty: -1 },
    { sampling: { presencePenalty: 1, frequencyPenalty: -1 } },
  );
  await check({ max_tokens: 5, max_completion_tokens: 7 }, { maxTokens: 7 });
  await check({ max_tokens: 5 }, { maxTokens: 5 });
  await check({ stop: 'x' }, { stop: ['x'] });
  await check({ stop: ['x', 'y'] }, { stop: ['x', 'y'] });
  await check(
    {
      messages: [
        { role: 'developer', content: 'Be kind.' },
        {
          role: 'user',
          name: 'Tom',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    {
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'ab' },
      ],
    },
  );
});

test("errors have OpenAI's shape, in the language that is asked for", async (context) => {
  const { chat } = asker(async function* (request) {
    if (request.messages.length > 0) throw new TataraError('context_exceeded', { tokens: 9000, limit: 2048 });
    yield { type: 'start', promptTokens: 0 };
  });
  const served = await serve(context, oneModel, { chat });
  const check = async (body: object, status: number, wanted: object, language = 'en') => {
    for (const stream of [false, true]) {
      const response = await served.post(
        { model: 'base', messages, stream, ...body },
        { headers: { 'accept-language': language } },
      );
      assert.equal(response.status, status);
      const { error } = ErrorResponse.parse(await response.json());
      assert.deepEqual({ ...error, ...wanted }, error);
    }
  };
  await check({}, 400, { code: 'context_exceeded', type: 'invalid_request_error', param: null });
  await check({}, 400, {
    message: 'The conversation has 9000 tokens, but the model reads at most 2048, and one is needed for the answer.',
  });
  await check(
    {},
    400,
    {
      message:
        '会話が 9000 トークンあります。このモデルが読めるのは最大 2048 トークンで、うち 1 トークンは回答に必要です。',
    },
    'ja',
  );
  await check({ model: 'nobody' }, 404, { code: 'model_not_found' });
  await check({ messages: [] }, 400, { code: 'request_invalid', param: 'messages' });
  await check({ temperature: 3 }, 400, { code: 'request_invalid', param: 'temperature' });
  await check({ messages: [{ role: 'tool', content: 'x' }] }, 400, {
    code: 'request_invalid',
    param: 'messages.0.role',
  });
  await check({ n: 2 }, 400, { code: 'request_invalid', param: 'n' });
  await check({ stop: ['a', 'b', 'c', 'd', 'e'] }, 400, { code: 'request_invalid' });
});

test('an error in the middle of a stream is told in the stream', async (context) => {
  const { chat } = asker(async function* () {
    yield { type: 'start', promptTokens: 5 };
    yield { type: 'text', text: 'Hel' };
    throw new TataraError('disk_full', { path: '/x' });
  });
  const served = await serve(context, oneModel, { chat });
  const streamed = await events(await served.post({ model: 'base', messages, stream: true }));
  assert.equal(JSON.parse(streamed[1]!).choices[0].delta.content, 'Hel');
  assert.equal(ErrorResponse.parse(JSON.parse(streamed[2]!)).error.code, 'disk_full');
  assert.equal(streamed.length, 3);
  assert.equal((await served.post({ model: 'base', messages })).status, 507);
});

test('a client that goes away ends the computing', async (context) => {
  for (const stream of [true, false]) {
    const ended = Promise.withResolvers<unknown>();
    const begun = Promise.withResolvers<void>();
    const { chat } = asker(async function* ({ signal }) {
      try {
        yield { type: 'start', promptTokens: 5 };
        yield { type: 'text', text: 'Hel' };
        begun.resolve();
        await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      } catch (error) {
        ended.resolve(error);
        throw error;
      }
    });
    const served = await serve(context, oneModel, { chat });
    const client = new AbortController();
    const response = served.post({ model: 'base', messages, stream }, { signal: client.signal });
    const failed = stream ? null : assert.rejects(response);
    await begun.promise;
    if (stream) await (await response).body?.getReader().read();
    client.abort();
    assert.match(String(await ended.promise), /client has gone/);
    await failed;
    assert.equal((await served.get('/v1/models')).status, 200);
  }
});

test('models are listed', async (context) => {
  const served = await serve(context, oneModel, asker(hello));
  const list = OpenAiModelList.parse(await (await served.get('/v1/models')).json());
  assert.deepEqual(list.data, [{ id: 'base', object: 'model', created: 1_700_000_000, owned_by: 'local' }]);
});

test('a real model answers, with and without its adapter', { skip: stories === null }, async (context) => {
  const folder = tempDir(context);
  const path = join(folder, 'base.gguf');
  const adapterPath = join(folder, 'adapter.gguf');
  writeChatModel(stories!, path);
  writeRandomAdapter(path, adapterPath, { base_hash: hash });
  const inference = new Inference({ gpu: false, log: () => {} });
  context.after(() => inference[Symbol.asyncDispose]());
  const models: AskableModels = {
    list: async () => [],
    resolve: async (name) => ({ name, file: { path, hash, ...(name === 'tuned' ? { adapterPath } : {}) } }),
  };
  const served = await serve(context, models, inference);
  const ask = { messages: [{ role: 'user', content: 'Once upon a time' }], temperature: 0, max_tokens: 30 };
  const answers: string[] = [];
  for (const model of ['base', 'tuned']) {
    const completion = ChatCompletion.parse(await (await served.post({ model, ...ask })).json());
    const content = completion.choices[0]!.message.content;
    assert.equal(completion.usage.completion_tokens, 30);
    const streamed = await events(await served.post({ model, ...ask, stream: true }));
    streamed.pop();
    const joined = streamed
      .map((data) => ChatCompletionChunk.parse(JSON.parse(data)).choices[0]?.delta.content ?? '')
      .join('');
    assert.equal(joined, content);
    answers.push(content);
  }
  assert.notEqual(answers[0], answers[1]);
  const long = await served.post({
    model: 'base',
    messages: [{ role: 'user', content: 'once '.repeat(3000) }],
    stream: true,
  });
  assert.equal(long.status, 400);
  const { error } = ErrorResponse.parse(await long.json());
  assert.equal(error.code, 'context_exceeded');
  assert.equal(error.details?.limit, 2048);
});
