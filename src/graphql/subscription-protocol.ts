import type { IncomingMessage } from 'node:http';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  OperationTypeNode,
  getOperationAST,
  getVariableValues,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { type ConnectionInitMessage, type Server, type SubscribePayload, makeServer } from 'graphql-ws';
import type { RateLimiter } from '../auth/rate-limit.ts';
import { requestFields } from '../observability/request-context.ts';
import { formatFault, logHidden } from './faults.ts';
import { LIMITS } from './limits.ts';
import { assertAffordable } from './operation-cost.ts';
import { type ErrorCode, badUserInput, fault } from './types/errors.ts';
import { LIMIT_RULES } from './validation-rules.ts';

/** What is known of a connection: the upgrade's request, with its `identity` and `id`. */
export interface Connection {
  request: IncomingMessage;
}

export interface ProtocolOptions {
  schema: GraphQLSchema;
  /** Without suggestions of what a field may be called. */
  production: boolean;
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

class InvalidOperation extends Error {
  constructor(readonly errors: GraphQLError[]) {
    super('The operation is not valid.');
  }
}

function executionOf(
  options: ProtocolOptions,
  payload: SubscribePayload,
  req: IncomingMessage,
): ExecutionArgs {
  const { schema } = options;
  const document = parsed(payload.query);
  const variables = payload.variables ?? {};
  const operation = getOperationAST(document, payload.operationName);
  if (operation?.operation !== OperationTypeNode.SUBSCRIPTION)
    throw badUserInput(
      'Only subscriptions are served over WebSocket; send queries and mutations by POST to this path.',
    );
  const hiding = { hideSuggestions: options.production };
  refuseInvalid('GRAPHQL_VALIDATION_FAILED', validate(schema, document, specifiedRules, hiding));
  refuseInvalid('GRAPHQL_VALIDATION_FAILED', validate(schema, document, LIMIT_RULES));
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

function parsed(query: string) {
  try {
    return parse(query, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw new InvalidOperation([coded('GRAPHQL_PARSE_FAILED', asGraphQLError(error))]);
  }
}

function refuseInvalid(code: ErrorCode, errors: readonly GraphQLError[] = []): void {
  if (errors.length > 0) throw new InvalidOperation(errors.map((error) => coded(code, error)));
}

function coded(code: ErrorCode, error: GraphQLError): GraphQLError {
  const { message, nodes, source, positions } = error;
  return new GraphQLError(message, { nodes, source, positions, originalError: error, extensions: { code } });
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

function masked(errors: readonly GraphQLError[], request: IncomingMessage): GraphQLFormattedError[] {
  logHidden(errors);
  const { requestId } = requestFields(request);
  return errors.map((error) => formatFault(error, error.toJSON(), requestId));
}
