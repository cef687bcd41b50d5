import type { NextFunction, Request, Response } from 'express';
import { errorBody, errorStatus, storedError } from '../contract/errorBody.ts';
import { TataraError } from '../contract/errors.ts';
import type { ErrorBody } from '../contract/run.ts';
import type { Log } from '../log/log.ts';
import { contextOf, type RequestContext } from './requestContext.ts';

/** The last middleware: every error becomes an ErrorResponse; what no code names is logged with its cause. */
export function handleErrors(log: Log) {
  return (thrown: unknown, request: Request, response: Response, next: NextFunction): void => {
    const body = describeError(log, thrown, contextOf(response), request);
    if (response.headersSent) {
      next(thrown);
      return;
    }
    if (body.code === 'unauthorized') response.setHeader('www-authenticate', 'Bearer');
    response.status(errorStatus(storedError(parserError(thrown)).code)).json({ error: body });
  };
}

/** The error in the request's language; a bug goes into the log with all that is known of it. */
export function describeError(log: Log, thrown: unknown, context: RequestContext, request: Request): ErrorBody {
  const error = storedError(parserError(thrown));
  if (errorStatus(error.code) >= 500) {
    const { method, path } = request;
    log.write('error', 'a request failed', { request_id: context.requestId, method, path, error: thrown });
  }
  return errorBody(error, context.language, context.requestId);
}

/** What Express's body parser throws, as ours. Its errors are told apart by their `type`. */
function parserError(error: unknown): unknown {
  if (!(error instanceof Error) || !('type' in error)) return error;
  const cause = { cause: error };
  switch (error.type) {
    case 'entity.parse.failed':
      return new TataraError('request_json', { reason: error.message }, cause);
    case 'entity.too.large':
      return new TataraError('request_too_large', { limit: Number('limit' in error ? error.limit : 0) }, cause);
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new TataraError('request_media_type', { found: error.message }, cause);
    default:
      return error;
  }
}
