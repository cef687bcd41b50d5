import express, { type Express } from 'express';
import { routes } from './contract/routes.ts';
import type { ErrorBody } from './contract/run.ts';
import { guard } from './http/guard.ts';
import { describeError, handleErrors } from './http/handleErrors.ts';
import { openApi } from './http/openApi.ts';
import { contextOf, giveContext } from './http/requestContext.ts';
import type { RouteHandlers } from './http/routeHandlers.ts';
import { bodyParsers, refuseUnknown, serveRoutes } from './http/serveRoutes.ts';
import type { Log } from './log/log.ts';
import { type ChatRouterOptions, chatRouter } from './openai/chatRouter.ts';

export interface AppDependencies {
  readonly version: string;
  readonly token: string;
  /** The port that is listened on, known once it listens. */
  readonly port: () => number;
  readonly log: Log;
  readonly handlers: RouteHandlers;
  readonly chat: Pick<ChatRouterOptions, 'models' | 'inference'>;
}

/** The whole HTTP surface, without listening. */
export function createApp({ version, token, port, log, handlers, chat }: AppDependencies): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(giveContext);
  app.use((request, response, next) => {
    const started = performance.now();
    response.on('close', () => {
      const { method, path } = request;
      const milliseconds = Math.round(performance.now() - started);
      const { requestId } = contextOf(response);
      const { statusCode: status } = response;
      // Clients look every few seconds; what changes something or is refused must not be lost among that.
      const level = method === 'GET' && status < 400 ? 'debug' : 'info';
      log.write(level, 'request', { request_id: requestId, method, path, status, milliseconds });
    });
    next();
  });
  app.use(guard(token, port));
  app.get('/openapi.json', (_request, response) => {
    response.json(openApi(version));
  });
  app.use(serveRoutes(handlers));
  app.use(routes.chatCompletions.path, ...bodyParsers(routes.chatCompletions));
  const describe = (error: unknown, request: express.Request): ErrorBody =>
    describeError(log, error, contextOf(request.res!), request);
  app.use(chatRouter({ ...chat, describeError: describe }));
  app.use(refuseUnknown);
  app.use(handleErrors(log));
  return app;
}
