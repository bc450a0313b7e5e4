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
import type { RateLimiter } from '../../rate-limit/rate-limit.ts';
import { requestFields } from '../../observability/request-context.ts';
import { formatFault, logHidden } from '../errors/faults.ts';
import { assertAffordable } from '../limits/operation-cost.ts';
import { badUserInput, fault } from '../types/errors.ts';
import {
  InvalidOperation,
  type ValidDocuments,
  asGraphQLError,
  refuseInvalid,
} from '../documents/valid-documents.ts';

/** What is known of a connection: the upgrade's request, with its `identity` and `id`. */
export interface Connection {
  request: IncomingMessage;
}

export interface ProtocolOptions {
  documents: ValidDocuments;
  limiter: RateLimiter;
  /** How long a client may take to say connection_init. */
  initMs: number;
  maxSubscriptions: number;
}

const MAX_VARIABLE_ERRORS = 10;

/**
 * graphql-transport-ws, for subscriptions alone: queries and mutations have their door, with its limits, in HTTP.
 * Operations are held to the same limits as there, and errors leave in the same shape.
 */
export function subscriptionProtocol(options: ProtocolOptions): Server<Connection> {
  return makeServer<ConnectionInitMessage['payload'], Connection>({
    connectionInitWaitTimeout: options.initMs,
    onSubscribe: async ({ extra, subscriptions }, _id, payload) => {
      try {
        // This one is among them already.
        if (Object.keys(subscriptions).length > options.maxSubscriptions)
          throw badUserInput(`A connection may have at most ${options.maxSubscriptions} subscriptions.`);
        await countOperation(options.limiter, extra.request);
        return executionOf(options, payload, extra.request);
      } catch (error) {
        return error instanceof InvalidOperation ? error.errors : [asGraphQLError(error)];
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
  if (!allowed) throw fault('RATE_LIMITED', `Too many requests. Try again in ${retryAfterSeconds} s.`);
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
      'Only subscriptions are served over WebSocket; send queries and mutations by POST to this path.',
    );
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: MAX_VARIABLE_ERRORS,
  });
  refuseInvalid('BAD_USER_INPUT', errors);
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
