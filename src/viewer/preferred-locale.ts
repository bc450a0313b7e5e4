import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { GqlExecutionContext } from '@nestjs/graphql';
import type { Request } from 'express';
import { FALLBACK_LOCALE } from './settings.ts';

/** Languages that the web app speaks. */
const SPOKEN = [FALLBACK_LOCALE, 'ja'];

/** The one of the app's languages that a request would rather have (RFC 9110, 12.5.4); English where it does not say. */
export function preferredLocale(req: IncomingMessage | undefined): string {
  return (req && isHttp(req) && req.acceptsLanguages(SPOKEN)) || FALLBACK_LOCALE;
}

/** A request that became a WebSocket never went through Express. */
function isHttp(req: IncomingMessage): req is Request {
  return 'acceptsLanguages' in req;
}

/** What to read until a person has chosen: `settings(@PreferredLocale() locale: string)`. */
export const PreferredLocale = createParamDecorator((_: unknown, context: ExecutionContext) =>
  preferredLocale(GqlExecutionContext.create(context).getContext<{ req?: IncomingMessage }>().req),
);
