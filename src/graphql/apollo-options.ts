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

/** Context of resolvers. */
export interface GraphqlContext {
  req: IncomingMessage;
  /** Undefined over WebSocket. */
  res?: Response;
}

/** Options of Apollo. The schema is generated from the code. `formatFault` determines the errors that clients see. */
export function apolloOptions({ production }: Pick<Config, 'production'>): ApolloDriverConfig {
  return {
    driver: ApolloDriver,
    path: ROUTES.graphql.path,
    autoSchemaFile: true,
    sortSchema: true,
    buildSchemaOptions: { scalarsMap: [{ type: Date, scalar: DateTime }] },
    context: ({ req, res }: Required<GraphqlContext>): GraphqlContext => ({ req, res }),
    // Nest's GraphiQL page loads scripts from other hosts. playground.ts serves a page without external scripts.
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
    // Nest would transform HTTP exceptions itself and send status 200 for failed requests.
    autoTransformHttpErrors: false,
    preserveHttpStatusForExecutionErrors: false,
    formatError: (formatted, error) => {
      const fault = formatFault(error, formatted);
      return production ? { ...fault, message: withoutSuggestions(fault.message) } : fault;
    },
    plugins: [operations],
  };
}

/** Apollo removes suggested schema names from errors about a document, but not from errors about its variables. */
function withoutSuggestions(message: string): string {
  return message.replaceAll(/ Did you mean [^?]*\?/g, '');
}

/** Limits the cost of each operation, logs its hidden errors and sets the status of its response. */
const operations: ApolloServerPlugin<GraphqlContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, operation, operationName, request, contextValue }) => {
      if (operationName) contextValue.req.operationName = operationName;
      if (!operation) return;
      if (operation.operation === OperationTypeNode.SUBSCRIPTION)
        throw badUserInput('Subscriptions are served over WebSocket (graphql-transport-ws) at this path.');
      // Not a validation rule, because Apollo does not validate a known document again when its variables change.
      assertAffordable(schema, document, operation, request.variables ?? {});
    },
    didEncounterErrors: async ({ errors }) => logHidden(errors),
    willSendResponse: async ({ response: { body, http } }) => {
      const status = body.kind === 'single' ? statusOf(body.singleResult.errors) : undefined;
      // Some statuses of Apollo are more specific than that of the error's code, such as 405.
      const isMoreSpecific =
        status === 400 && http.status !== undefined && http.status > 400 && http.status < 500;
      if (status !== undefined && !isMoreSpecific) http.status = status;
    },
  }),
  unexpectedErrorProcessingRequest: async ({ error }) => logHidden([error]),
  contextCreationDidFail: async ({ error }: { error: Error }) => logHidden([error]),
};
