import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { ChatMessage } from '../../../backend/contract/dataset.ts';
import { type ErrorCode, TataraError } from '../../../backend/contract/errors.ts';
import { generate } from '../../../backend/inference/generate.ts';
import { Inference, type InferenceOptions } from '../../../backend/inference/inference.ts';
import type { ChatEvent, ChatRequest } from '../../../backend/inference/inferenceTypes.ts';
import { startLlama } from '../../../backend/inference/llamaRuntime.ts';
import { SequencePool } from '../../../backend/inference/sequencePool.ts';
import { writeChatModel, writeRandomAdapter } from '../../support/storyModel.ts';
import { tempDir } from '../../support/tempDir.ts';
import { testData } from '../../support/testData.ts';

const stories = testData('models/stories260K/stories260K.gguf');
const goldenFile = testData('models/GOLDEN.json');
const skip = stories === null || goldenFile === null;
const hash = `sha256:${'1'.repeat(64)}`;
const never = new AbortController().signal;
const ask = (content: string): ChatMessage[] => [{ role: 'user', content }];

function open(context: TestContext, options: Partial<InferenceOptions> = {}) {
  const log: string[] = [];
  const inference = new Inference({ gpu: false, log: (_level, message) => log.push(message), ...options });
  context.after(() => inference[Symbol.asyncDispose]());
  return { inference, log };
}

function chatModel(context: TestContext) {
  const folder = tempDir(context);
  const path = join(folder, 'chat.gguf');
  writeChatModel(stories!, path);
  return { folder, path, hash };
}

async function collect(events: AsyncIterable<ChatEvent>) {
  let text = '';
  let end: (ChatEvent & { type: 'end' }) | undefined;
  const types: string[] = [];
  for await (const event of events) {
    types.push(event.type);
    if (event.type === 'text') text += event.text;
    if (event.type === 'end') end = event;
  }
  return { text, end: end!, types };
}

function fails(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
  return (error: unknown): true => {
    assert.ok(error instanceof TataraError, String(error));
    assert.equal(error.code, code, error.message);
    assert.deepEqual({ ...error.details, ...details }, error.details);
    return true;
  };
}

test('greedy tokens are those of an independent forward pass', { skip }, async () => {
  const golden = JSON.parse(readFileSync(goldenFile!, 'utf8')).models.stories260K;
  const { llama } = await startLlama(false);
  const model = await llama.loadModel({ modelPath: stories! });
  const pool = await SequencePool.open(model, { sequences: 1, tokens: 512 });
  const options = { prompt: golden.prompt_ids, sampling: { temperature: 0 }, stop: [], maxTokens: 199, lead: '' };
  const texts = pool.with(never, (sequence) => generate(sequence, { ...options, signal: never }));
  let text = '';
  let next = await texts.next();
  for (; !next.done; next = await texts.next()) text += next.value;
  assert.deepEqual(next.value, { finishReason: 'length', completionTokens: 199 });
  assert.ok(golden.greedy_200_text.startsWith(text.slice(0, 420)), text);
  assert.equal(text.slice(0, golden.greedy_200_text.length), golden.greedy_200_text.slice(0, text.length));
  const ids = model.tokenize(text);
  assert.deepEqual(ids.slice(0, 30), golden.greedy_ids_first_40.slice(1, 31));
  await model.dispose();
});

test('an answer comes in pieces, and its tokens are counted', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  const request: ChatRequest = {
    model,
    messages: ask('Once upon a time'),
    sampling: { temperature: 0 },
    maxTokens: 40,
    signal: never,
  };
  const first = await collect(inference.chat(request));
  assert.equal(first.types[0], 'start');
  assert.equal(first.types.at(-1), 'end');
  assert.ok(first.types.length > 20);
  assert.deepEqual(first.end, {
    type: 'end',
    finishReason: 'length',
    promptTokens: first.end.promptTokens,
    completionTokens: 40,
  });

  // The prompt is what a training row begins with.
  await using encoder = await inference.encoders.open(model);
  const row = encoder.encode({ messages: [...request.messages, { role: 'assistant', content: 'Yes.' }] });
  assert.equal(row.answer.indexOf(true), first.end.promptTokens);

  assert.equal((await collect(inference.chat(request))).text, first.text);
  const seeded: ChatRequest = { ...request, sampling: { temperature: 1, seed: 5 } };
  const drawn = await collect(inference.chat(seeded));
  assert.equal((await collect(inference.chat(seeded))).text, drawn.text);
  assert.notEqual(drawn.text, first.text);
  assert.notEqual(
    (await collect(inference.chat({ ...seeded, sampling: { temperature: 1, seed: 6 } }))).text,
    drawn.text,
  );
  const penalised = await collect(
    inference.chat({ ...request, sampling: { temperature: 0, frequencyPenalty: 2, presencePenalty: 2 } }),
  );
  assert.notEqual(penalised.text, first.text);

  const word = first.text.slice(12, 20);
  const stopped = await collect(inference.chat({ ...request, stop: [word] }));
  assert.equal(stopped.text, first.text.slice(0, first.text.indexOf(word)));
  assert.equal(stopped.end.finishReason, 'stop');
});

test('questions at once load a model once and take turns', { skip }, async (context) => {
  const { inference, log } = open(context);
  const model = chatModel(context);
  const asked = ['Tom', 'Lily', 'Anna', 'The dog'];
  const request = (content: string): ChatRequest => ({
    model,
    messages: ask(content),
    sampling: { temperature: 0 },
    maxTokens: 24,
    signal: never,
  });
  const together = await Promise.all(asked.map((content) => collect(inference.chat(request(content)))));
  assert.equal(log.filter((line) => line === 'Loaded a model').length, 1);
  const other = open(context).inference;
  for (const [index, content] of asked.entries()) {
    assert.equal(together[index]?.text, (await collect(other.chat(request(content)))).text, content);
  }
});

test('a question that is given up ends, and the next one is answered', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  const request = (signal: AbortSignal): ChatRequest => ({
    model,
    messages: ask('Tom'),
    sampling: { temperature: 0 },
    maxTokens: 20,
    signal,
  });
  const wanted = await collect(inference.chat(request(never)));
  const reason = new Error('given up');

  const running = new AbortController();
  const answer = inference.chat({ ...request(running.signal), maxTokens: 1500 });
  await answer.next();
  await answer.next();
  const waiting = new AbortController();
  const queued = collect(inference.chat(request(waiting.signal)));
  const third = collect(inference.chat(request(never)));
  waiting.abort(reason);
  await assert.rejects(queued, reason);
  running.abort(reason);
  await assert.rejects(collect(answer), reason);
  assert.equal((await third).text, wanted.text);

  // A reader that leaves does not leave the model busy.
  for await (const event of inference.chat({ ...request(never), maxTokens: 1500 })) if (event.type === 'text') break;
  assert.equal((await collect(inference.chat(request(never)))).text, wanted.text);

  const before = new AbortController();
  before.abort(reason);
  await assert.rejects(collect(inference.chat(request(before.signal))), reason);
});

test('a conversation that is too long is refused with both numbers', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  const long = collect(inference.chat({ model, messages: ask('once '.repeat(3000)), signal: never }));
  await assert.rejects(
    long,
    (error) =>
      fails('context_exceeded', { limit: 2048 })(error) && Number((error as TataraError).details.tokens) > 3000,
  );
  const small = open(context, { contextTokens: 64 }).inference;
  await assert.rejects(
    collect(small.chat({ model, messages: ask('once '.repeat(70)), signal: never })),
    fails('context_exceeded', { limit: 64 }),
  );
  // What fits is answered up to the end of the context.
  const filled = await collect(
    small.chat({ model, messages: ask('Tom'), sampling: { temperature: 0 }, signal: never }),
  );
  assert.ok(filled.end.promptTokens + filled.end.completionTokens <= 64);
  if (filled.end.finishReason === 'length') assert.equal(filled.end.promptTokens + filled.end.completionTokens, 64);
  await using answerer = await inference.answerers.open(model);
  await assert.rejects(answerer.answer(ask('once '.repeat(3000)), 10, never), fails('context_exceeded'));
});

test('an adapter changes the answers, of its own base only', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  const adapterPath = join(model.folder, 'adapter.gguf');
  writeRandomAdapter(model.path, adapterPath, { base_hash: hash });
  const request = (adapter?: string, baseHash = hash): ChatRequest => ({
    model: { path: model.path, hash: baseHash, ...(adapter === undefined ? {} : { adapterPath: adapter }) },
    messages: ask('Tom'),
    sampling: { temperature: 0 },
    maxTokens: 20,
    signal: never,
  });
  const base = await collect(inference.chat(request()));
  const tuned = await collect(inference.chat(request(adapterPath)));
  assert.notEqual(tuned.text, base.text);
  assert.equal((await collect(inference.chat(request()))).text, base.text);
  assert.equal((await collect(inference.chat(request(adapterPath)))).text, tuned.text);

  const other = `sha256:${'2'.repeat(64)}`;
  await assert.rejects(
    collect(inference.chat(request(adapterPath, other))),
    fails('adapter_mismatch', { found: hash, expected: other }),
  );
  await assert.rejects(inference.answerers.open(request(adapterPath, other).model), fails('adapter_mismatch'));
  await assert.rejects(
    collect(inference.chat(request(model.path))),
    fails('adapter_load_failed', { path: model.path }),
  );
  await assert.rejects(collect(inference.chat(request(join(model.folder, 'none.gguf')))), fails('adapter_load_failed'));

  const foreign = testData('dirty/gguf-odd/llama-2-tiny-random_gguf-random-weights.gguf');
  if (foreign) {
    const wrong = join(model.folder, 'wrong.gguf');
    writeRandomAdapter(foreign, wrong);
    await assert.rejects(collect(inference.chat(request(wrong))), fails('adapter_load_failed', { path: wrong }));
  }
  assert.equal((await collect(inference.chat(request()))).text, base.text);
});

test('what is idle is unloaded when memory is needed, the longest unused first', { skip }, async (context) => {
  const { inference, log } = open(context, { memoryLimit: 1 });
  const model = chatModel(context);
  const second = { path: stories!, hash };
  const request = (file: typeof second): ChatRequest => ({
    model: file,
    messages: ask('Tom'),
    sampling: { temperature: 0 },
    maxTokens: 5,
    signal: never,
  });
  const first = await collect(inference.chat(request(model)));
  await collect(inference.chat(request(second)));
  assert.deepEqual(
    log.filter((line) => /^(Loaded|Unloaded)/.test(line)),
    ['Loaded a model', 'Unloaded an idle context', 'Unloaded an idle model', 'Loaded a model'],
  );
  // While one is being asked it stays.
  const held = inference.chat({ ...request(second), maxTokens: 30 });
  await held.next();
  await inference.unloadIdle();
  assert.equal((await collect(held)).end.completionTokens, 30);
  assert.equal((await collect(inference.chat(request(model)))).text, first.text);
});

test('a file that is no model says so', { skip }, async (context) => {
  const { inference } = open(context);
  const folder = tempDir(context);
  const broken = join(folder, 'broken.gguf');
  copyFileSync(stories!, broken);
  truncateSync(broken, 600_000);
  const request = (path: string): ChatRequest => ({ model: { path, hash }, messages: ask('Tom'), signal: never });
  for (const path of [broken, join(folder, 'none.gguf'), goldenFile!]) {
    await assert.rejects(collect(inference.chat(request(path))), fails('model_load_failed', { path }));
    await assert.rejects(
      inference.encoders.open({ path, hash }),
      path === broken ? () => true : fails('model_load_failed'),
    );
  }
});

test('many short questions are answered together as each alone', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  await using answerer = await inference.answerers.open(model);
  const asked = Array.from(
    { length: 30 },
    (_, index) => `${['Tom', 'Lily', 'A dog'][index % 3]} ${'saw '.repeat(index)}`,
  );
  const alone: string[] = [];
  for (const content of asked) {
    const messages = ask(content);
    const request: ChatRequest = { model, messages, sampling: { temperature: 0 }, maxTokens: 24, signal: never };
    alone.push((await collect(inference.chat(request))).text);
  }
  // Many rounds, because what went wrong here once went wrong by chance. Sums of a batch may be rounded otherwise on
  // some machine, so that one of two tokens that are as likely wins: at most one answer of a round.
  for (let round = 0; round < 5; round++) {
    const together = await Promise.all(asked.map((content) => answerer.answer(ask(content), 24, never)));
    const same = together.filter((text, index) => text === alone[index]).length;
    assert.ok(same >= 29, `${same} of 30`);
  }
  const given = new AbortController();
  const left = asked.map((content) => answerer.answer(ask(content), 500, given.signal));
  given.abort(new Error('given up'));
  for (const answer of await Promise.allSettled(left)) assert.equal(answer.status, 'rejected');
  assert.notEqual(await answerer.answer(ask(asked[0]!), 16, never), '');
});

test('shut down, it answers no more and leaves nothing running', { skip }, async (context) => {
  const { inference } = open(context);
  const model = chatModel(context);
  const request: ChatRequest = { model, messages: ask('Tom'), maxTokens: 1500, signal: never };
  const answer = inference.chat(request);
  await answer.next();
  const ended = assert.rejects(collect(answer));
  await inference[Symbol.asyncDispose]();
  await ended;
  await assert.rejects(collect(inference.chat(request)));
});

test('nothing is written to the standard output', { skip }, (context) => {
  const script = `
    import { Inference } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../../backend/inference/inference.ts')).href)};
    await using inference = new Inference({ gpu: 'auto', log: (level, message) => process.stderr.write(message + '\\n') });
    const model = { path: ${JSON.stringify(stories)}, hash: ${JSON.stringify(hash)} };
    let text = '';
    for await (const event of inference.chat({ model, messages: [{ role: 'user', content: 'Tom' }], maxTokens: 8, signal: new AbortController().signal })) text += event.text ?? '';
    process.exitCode = text === '' ? 1 : 0;`;
  const file = join(tempDir(context), 'ask.mjs');
  writeFileSync(file, script);
  const said = execFileSync(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  assert.equal(said.toString(), '');
});
