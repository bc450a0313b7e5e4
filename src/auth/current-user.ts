import type { IncomingMessage } from 'node:http';
import { type ExecutionContext, UnauthorizedException, createParamDecorator } from '@nestjs/common';
import { type GqlContextType, GqlExecutionContext } from '@nestjs/graphql';
import { fault } from '../graphql/types/errors.ts';
import { requestIdOf } from '../observability/request-context.ts';
import type { Identity } from './identity.ts';

const MESSAGE = 'Unauthenticated.';

/**
 * Returns the identity of the user who called a resolver or controller. A GraphQL context must contain `req`, both
 * for HTTP and for WebSocket.
 * @throws FaultError with the code UNAUTHENTICATED if a GraphQL request has no identity
 * @throws UnauthorizedException if another request has no identity
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

/** Parameter decorator for the Identity of the user who sent the request: `photos(@CurrentUser() user: Identity)`. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) =>
  identityOf(context),
);
