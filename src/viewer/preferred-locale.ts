import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Request } from 'express';
import { FALLBACK_LOCALE } from './settings.ts';

/** Languages of the web app. */
const SUPPORTED = [FALLBACK_LOCALE, 'ja'];

/** Returns the web app's language that Accept-Language prefers (RFC 9110, 12.5.4). Defaults to English. */
export function preferredLocale(req: IncomingMessage | undefined): string {
  return (req && isHttp(req) && req.acceptsLanguages(SUPPORTED)) || FALLBACK_LOCALE;
}

/** False for the upgrade request of a WebSocket, which Express does not handle. */
function isHttp(req: IncomingMessage): req is Request {
  return 'acceptsLanguages' in req;
}

/** Parameter decorator for the locale of users who have not chosen one: `settings(@PreferredLocale() locale: string)`. */
export const PreferredLocale = createParamDecorator((_: unknown, context: ExecutionContext) =>
  preferredLocale(GqlExecutionContext.create(context).getContext<{ req?: IncomingMessage }>().req),
);
