import type { Fetcher } from '@graphiql/toolkit';
import {
  GraphQLError,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type TypeNode,
} from 'graphql';
import { createClient, type ExecutionResult } from 'graphql-ws';
import { chosenFiles } from './chosen-files.ts';

const ENDPOINT = '/graphql';

export const SIGNED_OUT = 'You are signed out. Reload the page to sign in again.';
const DISCONNECTED = 'The subscription was disconnected. If running it again does not help, reload the page.';

type Params = Parameters<Fetcher>[0];

/** A result that GraphiQL shows like an error of the server. GraphiQL would show a thrown error with its stack. */
const failure = (message: string): ExecutionResult => ({ errors: [new GraphQLError(message)] });

const websocket = createClient({
  url: new URL(ENDPOINT, location.href.replace(/^http/, 'ws')).href,
  retryAttempts: 2,
});

/**
 * Converts an error from JSON to the GraphQLError that GraphiQL's type requires. GraphiQL shows its fields
 * unchanged.
 */
const toGraphQLError = (error: GraphQLFormattedError) =>
  Object.assign(new GraphQLError(error.message), error);

/** graphql-ws throws a list of errors if the server refused the operation, and an event if the socket closed. */
const subscriptionFailure = (reason: unknown): ExecutionResult =>
  Array.isArray(reason) ? { errors: reason } : failure(DISCONNECTED);

function subscribe({ query, operationName, variables }: Params): AsyncIterable<ExecutionResult> {
  const events = websocket.iterate<Record<string, unknown>, Record<string, unknown>>({
    query,
    operationName,
    variables,
  });
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const { value, done } = await events.next();
          return done
            ? { value, done }
            : { value: { ...value, errors: value.errors?.map(toGraphQLError) }, done };
        } catch (reason) {
          return { value: subscriptionFailure(reason), done: false };
        }
      },
      // GraphiQL's stop button calls this while next() waits.
      async return() {
        await events.return?.();
        return { value: undefined, done: true };
      },
    }),
  };
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

/** The name of the variable for the chosen files: the first one of the type Upload or a list of Upload. */
function uploadVariable(operation: OperationDefinitionNode | undefined): string | undefined {
  const found = operation?.variableDefinitions?.find(({ type }) => namedType(type) === 'Upload');
  return found?.variable.name.value;
}

/**
 * Creates the body of a GraphQL multipart request: operations, then map, then the files in their order.
 * https://github.com/jaydenseric/graphql-multipart-request-spec
 */
function multipart(params: Params, variable: string, files: readonly File[]): FormData {
  const variables = { ...params.variables, [variable]: files.map(() => null) };
  const map = Object.fromEntries(files.map((_, index) => [index, [`variables.${variable}.${index}`]]));
  const body = new FormData();
  body.append('operations', JSON.stringify({ ...params, variables }));
  body.append('map', JSON.stringify(map));
  for (const [index, file] of files.entries()) body.append(String(index), file, file.name);
  return body;
}

async function post(body: string | FormData, headers: Record<string, string>): Promise<ExecutionResult> {
  let response: Response;
  try {
    response = await fetch(ENDPOINT, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        Accept: 'application/graphql-response+json, application/json;q=0.9',
        // Makes a proxy respond with 401 if the session has expired, instead of redirecting to its sign-in page.
        'X-Requested-With': 'XMLHttpRequest',
        ...headers,
      },
      body,
    });
  } catch {
    return failure('The server did not respond. Check your connection, then run the operation again.');
  }
  if (response.status === 401) return failure(SIGNED_OUT);
  if (!response.headers.get('Content-Type')?.includes('json'))
    return failure(
      `The server responded with ${response.status} ${response.statusText}, not with a GraphQL result.`,
    );
  return response.json();
}

/**
 * Finds the operation to run. GraphiQL parses the editor half a second after the last change, so the operation name
 * and the parsed document that it passes can still be those of the previous tab.
 */
function operationOf({ query, operationName }: Params): OperationDefinitionNode | undefined {
  try {
    const operations = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return operations.find((node) => node.name?.value === operationName) ?? operations[0];
  } catch {
    // Sends an invalid document unchanged, because the server's error locates the mistake.
    return undefined;
  }
}

/**
 * Sends GraphiQL's operations: queries and mutations as JSON, uploads as multipart, subscriptions over a WebSocket.
 */
export const fetcher: Fetcher = (request, options) => {
  const operation = operationOf(request);
  const params = operation ? { ...request, operationName: operation.name?.value } : request;
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return subscribe(params);
  const variable = uploadVariable(operation);
  if (!variable) {
    return post(JSON.stringify(params), { 'Content-Type': 'application/json', ...options?.headers });
  }
  const files = chosenFiles();
  if (files.length === 0)
    return failure(
      'Choose files first: open the Files panel (the paper clip), choose files, then run the operation again.',
    );
  // The server requires this header, because any site can send a form without it.
  return post(multipart(params, variable, files), {
    'apollo-require-preflight': 'true',
    ...options?.headers,
  });
};
