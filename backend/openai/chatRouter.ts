/** POST /v1/chat/completions and GET /v1/models as OpenAI has them: mapping only. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Request, type Response, Router } from 'express';
import type { z } from 'zod';
import {
  type ChatCompletion,
  type ChatCompletionChunk,
  ChatCompletionRequest,
  type OpenAiModelList,
  type Usage,
} from '../contract/chat.ts';
import { TataraError } from '../contract/errors.ts';
import type { ErrorBody } from '../contract/run.ts';
import type { ChatEvent } from '../inference/inferenceTypes.ts';
import type { AskableModels, ChatModelAsker } from './chatPorts.ts';
import { toChatRequest } from './toChatRequest.ts';

export interface ChatRouterOptions {
  readonly models: AskableModels;
  readonly inference: ChatModelAsker;
  /** The error in the language of the request, for a stream whose status has gone out already. */
  describeError(error: unknown, request: Request): ErrorBody;
}

/** Expects a parsed JSON body; errors before the first byte go on to the app's error handler. */
export function chatRouter({ models, inference, describeError }: ChatRouterOptions): Router {
  const router = Router();

  router.get('/v1/models', async (_request, response) => {
    const listed = await models.list();
    const list: z.infer<typeof OpenAiModelList> = {
      object: 'list',
      data: listed.map(({ name, createdAt, ownedBy }) => ({
        id: name,
        object: 'model',
        created: seconds(createdAt),
        owned_by: ownedBy,
      })),
    };
    response.json(list);
  });

  router.post('/v1/chat/completions', async (request, response) => {
    const body = parse(request.body);
    const gone = new AbortController();
    response.on('close', () => gone.abort(new Error('The client has gone.')));
    const { name, file } = await models.resolve(body.model);
    const events = inference.chat(toChatRequest(body, file, gone.signal));
    const head = { id: `chatcmpl-${randomUUID()}`, created: seconds(new Date()), model: name };
    try {
      // The first event says that the prompt was accepted; until then an error still decides the status.
      await events.next();
      if (body.stream) {
        const withUsage = body.stream_options?.include_usage === true;
        await stream(events, head, withUsage, response, (error) => describeError(error, request));
      } else {
        response.json(await complete(events, head));
      }
    } catch (error) {
      // Nobody is left to be told.
      if (!gone.signal.aborted) throw error;
    }
  });

  return router;
}

/** Milliseconds. */
const keepAlive = 15_000;

type Head = Pick<ChatCompletion, 'id' | 'created' | 'model'>;

async function complete(events: AsyncIterable<ChatEvent>, head: Head): Promise<ChatCompletion> {
  let content = '';
  for await (const event of events) {
    if (event.type === 'text') content += event.text;
    if (event.type !== 'end') continue;
    return {
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: null },
          logprobs: null,
          finish_reason: event.finishReason,
        },
      ],
      usage: usageOf(event),
    };
  }
  throw new Error('An answer did not end.');
}

async function stream(
  events: AsyncIterable<ChatEvent>,
  head: Head,
  withUsage: boolean,
  response: Response,
  describe: (error: unknown) => ErrorBody,
): Promise<void> {
  response.status(200);
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-cache');
  response.flushHeaders();

  type Choice = ChatCompletionChunk['choices'][number];
  const send = async (choices: Choice[], usage: z.infer<typeof Usage> | null): Promise<void> => {
    const chunk: ChatCompletionChunk = {
      ...head,
      object: 'chat.completion.chunk',
      choices,
      ...(withUsage ? { usage } : {}),
    };
    await write(response, `data: ${JSON.stringify(chunk)}\n\n`);
  };
  const choice = (delta: Choice['delta'], finish_reason: Choice['finish_reason']): Choice[] => [
    { index: 0, delta, logprobs: null, finish_reason },
  ];

  // A long prompt takes its time; a comment now and then keeps what lies between from giving the connection up.
  const alive = setInterval(() => response.write(':\n\n'), keepAlive);
  try {
    await send(choice({ role: 'assistant', content: '' }, null), null);
    for await (const event of events) {
      if (event.type === 'text') await send(choice({ content: event.text }, null), null);
      if (event.type !== 'end') continue;
      await send(choice({}, event.finishReason), null);
      if (withUsage) await send([], usageOf(event));
      await write(response, 'data: [DONE]\n\n');
    }
  } catch (error) {
    if (response.destroyed) return;
    await write(response, `data: ${JSON.stringify({ error: describe(error) })}\n\n`);
  } finally {
    clearInterval(alive);
  }
  response.end();
}

/** Waits for a slow reader, so that an answer is not made faster than it is read. */
async function write(response: Response, text: string): Promise<void> {
  if (response.destroyed || response.write(text)) return;
  const read = new AbortController();
  await Promise.race([once(response, 'drain', read), once(response, 'close', read)]).finally(() => read.abort());
}

function parse(body: unknown): ChatCompletionRequest {
  const parsed = ChatCompletionRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue?.path.join('.') || null;
  const reason = param ? `${param}: ${issue?.message}` : (issue?.message ?? '');
  throw new TataraError('request_invalid', { reason, param });
}

function usageOf({ promptTokens, completionTokens }: ChatEvent & { type: 'end' }): z.infer<typeof Usage> {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
