import type { Readable } from 'node:stream';
import type * as z from 'zod';
import type { RouteName, routes } from '../contract/routes.ts';
import type { RunEvent } from '../contract/run.ts';
import type { RequestContext } from './requestContext.ts';

type Routes = typeof routes;

/** A request that has passed every check of its route. */
export interface RouteInput<N extends RouteName> extends RequestContext {
  /** `{id}` of the path; empty where the path has none. */
  readonly id: string;
  readonly query: Routes[N] extends { query: infer Q extends z.ZodType } ? z.output<Q> : undefined;
  readonly body: Routes[N] extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;
  /** The body of an upload, unread. */
  readonly upload: Readable;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** The last event that the client has, from `Last-Event-ID`; 0: none. */
  readonly lastEventId: number;
}

/** Of a stream of events, null says that there will be none any more. */
type RouteOutput<N extends RouteName> = Routes[N] extends { stream: 'events' }
  ? AsyncIterable<RunEvent> | null
  : z.output<Routes[N]['response']> | Promise<z.output<Routes[N]['response']>>;

/** OpenAI's routes have a router of their own. */
export type OwnRouteName = Exclude<RouteName, 'chatCompletions' | 'listModels'>;

export type RouteHandlers = {
  readonly [N in OwnRouteName]: (input: RouteInput<N>) => RouteOutput<N>;
};
