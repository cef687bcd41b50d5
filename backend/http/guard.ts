import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { TataraError } from '../contract/errors.ts';

/**
 * Lets in what comes from this machine and holds the token. The host is checked so that a web page whose name is made to
 * point at 127.0.0.1 (DNS rebinding) is turned away before it can guess; the origin, so that no web page gets in at all.
 * @throws TataraError `request_host`, `request_origin`, `unauthorized`, in this order
 */
export function guard(token: string, port: () => number) {
  const expected = digest(token);
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = request.headers.host ?? '';
    if (![`127.0.0.1:${port()}`, `localhost:${port()}`].includes(host.toLowerCase())) {
      throw new TataraError('request_host', { host });
    }
    const { origin } = request.headers;
    if (origin !== undefined) throw new TataraError('request_origin', { origin });
    const [, given = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    // Digests have one length, so that neither the token's nor the place of the first difference shows in the time.
    if (!timingSafeEqual(digest(given), expected)) throw new TataraError('unauthorized');
    next();
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
