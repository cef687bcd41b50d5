/**
 * How a client gets hold of a backend, before there is any HTTP. One JSON object a line.
 *
 * The parent of a new backend writes `Start` on its stdin and keeps stdin open as its lease; the backend answers with one
 * `StartAnswer` on stdout. Every other client connects to the hand-over socket, writes `Hello`, gets `Found`, and keeps
 * the connection open as its lease. The token goes through these two pipes only: never into argv, environment or a file.
 */
import * as z from 'zod';
import { ErrorBody } from './run.ts';

/**
 * How long the lease is still held after its holder is gone, s. An editor's window that is loaded anew comes back within
 * seconds, and its run is not to stop for that.
 */
const linger_seconds = z.number().min(0).max(600).default(0);

export const Start = z.strictObject({ type: z.literal('start'), token: z.string().min(32), linger_seconds });

const backend = { port: z.int().min(1).max(65535), pid: z.int(), version: z.string() };

export const StartAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), ...backend }),
  /** Another backend has this data directory. */
  z.object({ type: z.literal('busy') }),
  /** It cannot start at all, e.g. because the data base was made by a newer version. */
  z.object({ type: z.literal('failed'), error: ErrorBody }),
]);
export type StartAnswer = z.infer<typeof StartAnswer>;

/**
 * The backend says nothing before it got this: on Windows anybody may read from a pipe by default, but only its owner
 * may write to it.
 */
export const Hello = z.strictObject({ type: z.literal('hello'), linger_seconds });
export type Hello = z.infer<typeof Hello>;

export const Found = z.object({ type: z.literal('found'), token: z.string(), ...backend });
export type Found = z.infer<typeof Found>;
