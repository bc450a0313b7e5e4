import type { IncomingMessage } from 'node:http';
import {
  type ExecutionArgs,
  type GraphQLError,
  type GraphQLFormattedError,
  OperationTypeNode,
  getOperationAST,
  getVariableValues,
} from 'graphql';
import { type ConnectionInitMessage, type Server, type SubscribePayload, makeServer } from 'graphql-ws';
import { type RateLimiter, rateLimitMessage } from '../../rate-limit/rate-limit.ts';
import { requestFields } from '../../observability/request-context.ts';
import { formatFault, logHidden } from '../errors/faults.ts';
import { assertAffordable } from '../limits/operation-cost.ts';
import { badUserInput, fault } from '../types/errors.ts';
import {
  InvalidOperationError,
  type ValidDocuments,
  asGraphQLError,
  throwIfInvalid,
} from '../documents/valid-documents.ts';

/** Data of a connection: the upgrade request, with its `identity` and `id`. */
export interface Connection {
  request: IncomingMessage;
}

export interface ProtocolOptions {
  documents: ValidDocuments;
  limiter: RateLimiter;
  /** Milliseconds within which a client must send connection_init. */
  initMs: number;
  maxSubscriptions: number;
}

const MAX_VARIABLE_ERRORS = 10;

/**
 * Serves the graphql-transport-ws protocol. Only subscriptions are supported; queries and mutations must be sent
 * over HTTP. The limits of an operation and the format of errors are the same as over HTTP.
 */
export function subscriptionProtocol(options: ProtocolOptions): Server<Connection> {
  return makeServer<ConnectionInitMessage['payload'], Connection>({
    connectionInitWaitTimeout: options.initMs,
    onSubscribe: async ({ extra, subscriptions }, _id, payload) => {
      try {
        // `subscriptions` already contains the new one.
        if (Object.keys(subscriptions).length > options.maxSubscriptions)
          throw badUserInput(`A connection may have at most ${options.maxSubscriptions} subscriptions.`);
        await countOperation(options.limiter, extra.request);
        return executionOf(options, payload, extra.request);
      } catch (error) {
        return error instanceof InvalidOperationError ? error.errors : [asGraphQLError(error)];
      }
    },
    onNext: ({ extra }, _id, _payload, _args, result) =>
      result.errors && { ...result, errors: masked(result.errors, extra.request) },
    onError: ({ extra }, _id, _payload, errors) => masked(errors, extra.request),
  });
}

async function countOperation(limiter: RateLimiter, { identity }: IncomingMessage): Promise<void> {
  if (!identity) throw fault('UNAUTHENTICATED', 'Unauthenticated.');
  const { allowed, retryAfterSeconds } = await limiter.hit(identity.sub);
  if (!allowed) throw fault('RATE_LIMITED', rateLimitMessage(retryAfterSeconds));
}

function executionOf(
  options: ProtocolOptions,
  payload: SubscribePayload,
  req: IncomingMessage,
): ExecutionArgs {
  const { schema } = options.documents;
  const document = options.documents.read(payload);
  const variables = payload.variables ?? {};
  const operation = getOperationAST(document, payload.operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION)
    throw badUserInput(
      'Only subscriptions are supported over WebSocket. Send queries and mutations by POST to this path.',
    );
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_VARIABLE_ERRORS,
  });
  throwIfInvalid('BAD_USER_INPUT', errors);
  assertAffordable(schema, document, operation, variables);
  return {
    schema,
    document,
    operationName: payload.operationName,
    variableValues: variables,
    contextValue: { req },
  };
}

function masked(errors: readonly GraphQLError[], request: IncomingMessage): GraphQLFormattedError[] {
  logHidden(errors);
  const { requestId } = requestFields(request);
  return errors.map((error) => formatFault(error, error.toJSON(), requestId));
}
