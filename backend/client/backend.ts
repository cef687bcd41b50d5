import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type * as z from 'zod';
import { ChatCompletionChunk, type ChatCompletionRequest } from '../contract/chat.ts';
import type { Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import { type Route, type RouteName, routes } from '../contract/routes.ts';
import { ErrorResponse, RunEvent } from '../contract/run.ts';
import { BackendError } from './backendError.ts';
import { HttpClient, lost } from './httpClient.ts';
import { serverSentEvents } from './serverSentEvents.ts';

type Routes = typeof routes;
/** The routes that answer with JSON. */
export type CallName = {
  [N in RouteName]: Routes[N] extends { stream: 'events' } ? never : N;
}[RouteName];

type ParamsOf<R> = R extends { path: `${string}{id}${string}` }
  ? { readonly params: { readonly id: string } }
  : { readonly params?: never };
type QueryOf<R> = R extends { query: infer Q extends z.ZodType }
  ? Record<string, never> extends z.input<Q>
    ? { readonly query?: z.input<Q> }
    : { readonly query: z.input<Q> }
  : { readonly query?: never };
type BodyOf<R> = R extends { upload: true }
  ? { readonly body: Readable | Uint8Array }
  : R extends { body: infer B extends z.ZodType }
    ? { readonly body: z.input<B> }
    : { readonly body?: never };

/** Parameters of the path, query and body of a route, as far as it has them, and a signal that gives the call up. */
export type CallOptions<N extends CallName> = ParamsOf<Routes[N]> &
  QueryOf<Routes[N]> &
  BodyOf<Routes[N]> & { readonly signal?: AbortSignal };
type Arguments<N extends CallName> =
  Record<string, never> extends CallOptions<N> ? [options?: CallOptions<N>] : [options: CallOptions<N>];
export type Answer<N extends CallName> = z.output<Routes[N]['response']>;

export interface EventOptions {
  /** The last event that is known already; the stream goes on after it. */
  readonly after?: number;
  readonly signal?: AbortSignal;
}

export interface BackendAddress {
  readonly port: number;
  readonly token: string;
  readonly pid: number;
  readonly version: string;
}

/** How often a broken event stream is opened again before the backend counts as lost, and how long between, ms. */
const reconnects = 5;
const reconnectDelay = 300;

/** A backend that runs, and that does not end while this object is not disposed. */
export class Backend implements AsyncDisposable {
  readonly address: BackendAddress;
  readonly #http: HttpClient;
  readonly #release: () => void;

  constructor(address: BackendAddress, language: Language, release: () => void) {
    this.address = address;
    this.#http = new HttpClient(address.port, address.token, language);
    this.#release = release;
  }

  get url(): string {
    return `http://127.0.0.1:${this.address.port}`;
  }

  /** Throws BackendError for what the backend refuses, TataraError `backend_lost` where it does not answer. */
  async call<N extends CallName>(name: N, ...[options]: Arguments<N>): Promise<Answer<N>> {
    const route: Route = routes[name];
    const given: { params?: { id: string }; query?: object; body?: unknown; signal?: AbortSignal } = options ?? {};
    const body =
      given.body === undefined ? {} : route.upload ? { upload: given.body as Readable } : { json: given.body };
    const answer = await this.#http.json({
      method: route.method.toUpperCase(),
      path: pathOf(route, given.params?.id, given.query),
      signal: given.signal,
      ...body,
    });
    return route.response.parse(answer) as Answer<N>;
  }

  /**
   * The events of a run, those that were and those to come, each once and in order, until the run has ended. A broken
   * connection is opened again from where it broke.
   */
  async *runEvents(id: string, options: EventOptions = {}): AsyncGenerator<RunEvent> {
    let last = options.after ?? 0;
    for (let failures = 0; ; ) {
      try {
        const answer = await this.#http.open({
          method: 'GET',
          path: pathOf(routes.runEvents, id),
          headers: { 'last-event-id': String(last) },
          signal: options.signal,
        });
        for await (const event of serverSentEvents(answer)) {
          const parsed = RunEvent.parse(JSON.parse(event.data));
          if (parsed.id <= last) continue;
          last = parsed.id;
          failures = 0;
          yield parsed;
        }
        return;
      } catch (error) {
        if (options.signal?.aborted) return;
        const broken = error instanceof TataraError || (error instanceof Error && 'code' in error);
        if (!broken || ++failures > reconnects) throw error instanceof TataraError ? error : lost(error);
        await delay(reconnectDelay * failures);
      }
    }
  }

  /**
   * OpenAI's chat completions, piece by piece. Throws BackendError for what goes wrong on the way, TataraError
   * `backend_lost` where the answer breaks off.
   */
  async *streamChat(body: ChatCompletionRequest, signal?: AbortSignal): AsyncGenerator<ChatCompletionChunk> {
    const { method, path } = routes.chatCompletions;
    const answer = await this.#http.open({
      method: method.toUpperCase(),
      path,
      json: { ...body, stream: true },
      signal,
    });
    try {
      for await (const event of serverSentEvents(answer)) {
        if (event.data === '[DONE]') return;
        const told: unknown = JSON.parse(event.data);
        const failed = ErrorResponse.safeParse(told);
        if (failed.success) throw new BackendError(answer.statusCode ?? 500, failed.data.error);
        yield ChatCompletionChunk.parse(told);
      }
    } catch (error) {
      const broken = error instanceof Error && 'code' in error && !(error instanceof TataraError);
      throw broken || signal?.aborted ? lost(error, signal) : error;
    }
    throw lost(new Error('the answer broke off'), signal);
  }

  /** Gives the lease back: the backend ends where this was the last one. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#http.close();
    this.#release();
  }
}

function pathOf(route: Pick<Route, 'path'>, id?: string, query: object = {}): string {
  const path = route.path.replace('{id}', encodeURIComponent(id ?? ''));
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) asked.set(key, String(value));
  return asked.size === 0 ? path : `${path}?${asked}`;
}
