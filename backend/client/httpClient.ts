import { Agent, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import { ErrorResponse } from '../contract/run.ts';
import { BackendError } from './backendError.ts';

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly json?: unknown;
  readonly upload?: Readable | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * HTTP to one backend. Node's own client and not `fetch`, because that one gives up after five minutes without an
 * answer, and hashing a large model or importing a large file may take longer.
 */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(port: number, token: string, language: Language) {
    this.#port = port;
    this.#headers = { authorization: `Bearer ${token}`, 'accept-language': language };
  }

  /** The answer's head, its body unread. Throws BackendError for an answer that is an error, TataraError `backend_lost`. */
  async open(options: HttpRequest): Promise<IncomingMessage> {
    const answer = await this.#send(options);
    if ((answer.statusCode ?? 500) < 400) return answer;
    const text = (await this.#read(answer)).toString('utf8');
    throw asError(answer.statusCode ?? 500, text);
  }

  async json(options: HttpRequest): Promise<unknown> {
    const text = (await this.#read(await this.open(options))).toString('utf8');
    return JSON.parse(text);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, json, upload, headers, signal }: HttpRequest): Promise<IncomingMessage> {
    const body = json === undefined ? upload : Buffer.from(JSON.stringify(json));
    const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {};
    const type =
      body === undefined
        ? {}
        : { 'content-type': json === undefined ? 'application/octet-stream' : 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request({
        host: '127.0.0.1',
        port: this.#port,
        method,
        path,
        agent: this.#agent,
        headers: { ...this.#headers, ...type, ...length, ...headers },
        ...(signal ? { signal } : {}),
      });
      // An answer may come before the whole upload was taken, and then what is left of it does not matter.
      sent.once('response', resolve);
      sent.once('error', (error) => reject(lost(error, signal)));
      if (body instanceof Readable) pipeline(body, sent).catch((error: unknown) => reject(lost(error, signal)));
      else sent.end(body);
    });
  }

  async #read(answer: IncomingMessage): Promise<Buffer> {
    try {
      return await buffer(answer);
    } catch (error) {
      throw lost(error);
    }
  }
}

/** A broken connection as an error that a person can read; an abort that was asked for stays what it is. */
export function lost(error: unknown, signal?: AbortSignal): unknown {
  if (signal?.aborted) return signal.reason;
  const reason = error instanceof Error ? error.message : String(error);
  return new TataraError('backend_lost', { reason }, { cause: error });
}

function asError(status: number, text: string): Error {
  try {
    return new BackendError(status, ErrorResponse.parse(JSON.parse(text)).error);
  } catch (error) {
    return new TataraError('backend_lost', { reason: `HTTP ${status}` }, { cause: error });
  }
}
