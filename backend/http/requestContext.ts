import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { Language } from '../contract/common.ts';

/** What every request carries on its way; kept in `response.locals`. */
export interface RequestContext {
  /** In the answer's `x-request-id`, in its error and in the log. */
  readonly requestId: string;
  readonly language: Language;
}

export function contextOf(response: Response): RequestContext {
  return (response.locals as { context: RequestContext }).context;
}

export function giveContext(request: Request, response: Response, next: NextFunction): void {
  const context: RequestContext = { requestId: randomUUID(), language: languageOf(request) };
  response.locals.context = context;
  response.setHeader('x-request-id', context.requestId);
  next();
}

/** The first of our languages in the order of Accept-Language. */
export function languageOf(request: Request): Language {
  return request.acceptsLanguages('en', 'ja') === 'ja' ? 'ja' : 'en';
}
