import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { OperationTypeNode } from 'graphql';
import type { Config } from '../config/config.ts';
import { ROUTES } from '../http/routes.ts';
import { formatFault, logHidden, statusOf } from './errors/faults.ts';
import { LIMITS } from './limits/limits.ts';
import { assertAffordable } from './limits/operation-cost.ts';
import { badUserInput } from './types/errors.ts';
import { DateTime } from './types/scalars.ts';
import { LIMIT_RULES } from './limits/validation-rules.ts';

/** What resolvers get as their context. There is a response over HTTP only. */
export interface GraphqlContext {
  req: IncomingMessage;
  res?: Response;
}

/** Apollo behind Nest: the schema comes from the code, and what a client learns of a failure is ours to say. */
export function apolloOptions({ production }: Pick<Config, 'production'>): ApolloDriverConfig {
  return {
    driver: ApolloDriver,
    path: ROUTES.graphql.path,
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions: { scalarsMap: [{ type: Date, scalar: DateTime }] },
    context: ({ req, res }: Required<GraphqlContext>): GraphqlContext => ({ req, res }),
    // Nest's page loads its scripts from elsewhere; ours is in playground.ts.
    graphiql: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: LIMITS.tokens },
    maxRecursiveSelections: LIMITS.selections,
    validationRules: [...LIMIT_RULES],
    // Nest would make errors of its HTTP exceptions and answer 200 to what failed.
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: false,
    formatError: (formatted, error) => {
      const fault = formatFault(error, formatted);
      return production ? { ...fault, message: withoutSuggestions(fault.message) } : fault;
    },
    plugins: [operations],
  };
}

/** Apollo hides the names of the schema in faults of a document, and not in those of its variables. */
function withoutSuggestions(message: string): string {
  return message.replaceAll(/ Did you mean [^?]*\?/g, '');
}

/** Each operation: what it may cost, what is logged of its failures, the status of its answer. */
const operations: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, operation, operationName, request, contextValue }) => {
      if (operationName) contextValue.req.operationName = operationName;
      if (!operation) return;
      if (operation.operation === OperationTypeNode.SUBSCRIPTION)
        throw badUserInput('Subscriptions are served over WebSocket (graphql-transport-ws) at this path.');
      // Here and not among the rules, because Apollo does not validate a document again that comes with other variables.
      assertAffordable(schema, document, operation, request.variables ?? {});
    },
    didEncounterErrors: async ({ errors }) => logHidden(errors),
    willSendResponse: async ({ response: { body, http } }) => {
      const status = body.kind === 'single' ? statusOf(body.singleResult.errors) : undefined;
      // Apollo knows some better than their code does, such as 405.
      const isKnown = status === 400 && http.status !== undefined && http.status > 400 && http.status < 500;
      if (status !== undefined && !isKnown) http.status = status;
    },
  }),
  unexpectedErrorProcessingRequest: async ({ error }) => logHidden([error]),
  contextCreationDidFail: async ({ error }: { error: Error }) => logHidden([error]),
};
