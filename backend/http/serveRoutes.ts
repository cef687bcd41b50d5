import express, { type Request, type Response, Router } from 'express';
import * as z from 'zod';
import type { ErrorProblem, Language } from '../contract/common.ts';
import { TataraError } from '../contract/errors.ts';
import { type Route, type RouteName, routes } from '../contract/routes.ts';
import type { RunEvent } from '../contract/run.ts';
import { contextOf } from './requestContext.ts';
import type { OwnRouteName, RouteHandlers, RouteInput } from './routeHandlers.ts';
import { sendEvents } from './sendEvents.ts';

/** Bytes of a JSON body; data comes by path or as an upload. */
export const jsonLimit = 4 * 1024 * 1024;

/** The table's routes, each checked in a fixed order: query, body, then the handler. */
export function serveRoutes(handlers: RouteHandlers): Router {
  const router = Router();
  for (const name of Object.keys(handlers) as OwnRouteName[]) {
    const route: Route = routes[name];
    const handler = handlers[name] as (input: RouteInput<OwnRouteName>) => unknown;
    router[route.method](expressPath(route.path), ...bodyParsers(route), async (request, response) => {
      const input = inputOf(route, request, response);
      try {
        const answer = handler(input);
        if (route.stream !== 'events') response.status(route.status ?? 200).json(await answer);
        // To a browser's EventSource, 204 says that it need not ask again.
        else if (answer === null) response.status(204).end();
        else await sendEvents(answer as AsyncIterable<RunEvent>, response);
      } catch (error) {
        // Nobody is left to be told that the client has gone.
        if (!input.signal.aborted || error !== input.signal.reason) throw error;
      }
    });
  }
  return router;
}

/** Reads a JSON body; one of another type is refused by name instead of being taken for none. */
export function bodyParsers(route: Route) {
  if (!route.body) return [];
  return [
    (request: Request, _response: Response, next: () => void): void => {
      const found = request.headers['content-type'] ?? '';
      if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(found)) {
        throw new TataraError('request_media_type', { found: found || '-' });
      }
      next();
    },
    express.json({ limit: jsonLimit }),
  ];
}

/** What is left over when no route took the request: a known path with another method, or nothing at all. */
export function refuseUnknown(request: Request, response: Response): never {
  const { method, path } = request;
  const table: Readonly<Record<RouteName, Route>> = routes;
  const allowed = Object.values(table)
    .filter((route) => pathPattern(route.path).test(path))
    .map((route) => route.method.toUpperCase());
  if (allowed.length > 0) {
    response.setHeader('allow', allowed.join(', '));
    throw new TataraError('request_method', { method, path, allowed: allowed.join(', ') });
  }
  throw new TataraError('request_not_found', { method, path });
}

function inputOf(route: Route, request: Request, response: Response): RouteInput<OwnRouteName> {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const last = request.headers['last-event-id'];
  const context = contextOf(response);
  return {
    ...context,
    id: String(request.params.id ?? ''),
    query: route.query ? parsed(route.query, request.query, context.language) : undefined,
    body: route.body ? parsed(route.body, request.body, context.language) : undefined,
    upload: request,
    signal: gone.signal,
    lastEventId: typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : 0,
  } as RouteInput<OwnRouteName>;
}

const localeErrors = { en: z.locales.en().localeError, ja: z.locales.ja().localeError };

function parsed(schema: z.ZodType, value: unknown, language: Language): unknown {
  const result = schema.safeParse(value, { error: localeErrors[language] });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }): ErrorProblem => {
    const place = path.join('.');
    return { code: 'request_value', message: place ? `${place}: ${message}` : message, path: place };
  });
  const [first] = problems;
  throw new TataraError('request_invalid', { reason: first?.message ?? '', param: first?.path || null }, { problems });
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`);
}
