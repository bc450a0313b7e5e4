import type { IncomingMessage } from 'node:http';
import { type ExecutionContext, UnauthorizedException, createParamDecorator } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import { fault } from '../graphql/types/errors.ts';
import { requestIdOf } from '../observability/request-context.ts';
import type { Identity } from './identity.ts';

const MESSAGE = 'Unauthenticated.';

/**
 * The person behind a resolver's or controller's call. A GraphQL context is `{ req }`, over HTTP and over WebSocket.
 * @throws a fault with the code UNAUTHENTICATED when nobody was identified.
 */
export function identityOf(context: ExecutionContext): Identity {
  const graphql = context.getType<GqlContextType>() === 'graphql';
  const req = graphql
    ? GqlExecutionContext.create(context).getContext<{ req?: IncomingMessage }>().req
    : context.switchToHttp().getRequest<IncomingMessage>();
  if (req?.identity) return req.identity;
  if (graphql) throw fault('UNAUTHENTICATED', MESSAGE);
  const extensions = { code: 'UNAUTHENTICATED', requestId: req && requestIdOf(req) };
  throw new UnauthorizedException({ errors: [{ message: MESSAGE, extensions }] });
}

/** The Identity of the person who sent the request: `photos(@CurrentUser() user: Identity)`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) =>
  identityOf(context),
);
