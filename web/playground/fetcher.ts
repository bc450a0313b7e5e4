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
const CUT_OFF = 'The subscription was cut off. If running it again does not help, reload the page.';

type Params = Parameters<Fetcher>[0];

/** An answer that GraphiQL shows like one of the server's: an error that is thrown would be shown with its stack. */
const failure = (message: string): ExecutionResult => ({ errors: [new GraphQLError(message)] });

const websocket = createClient({
  url: new URL(ENDPOINT, location.href.replace(/^http/, 'ws')).href,
  retryAttempts: 2,
});

/** What came as JSON, as the object that GraphiQL's type asks for; it is shown as it came. */
const received = (error: GraphQLFormattedError) => Object.assign(new GraphQLError(error.message), error);

/** graphql-ws throws a list of errors where the server refused the operation, and an event where the socket closed. */
const refused = (reason: unknown): ExecutionResult =>
  Array.isArray(reason) ? { errors: reason } : failure(CUT_OFF);

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
          return done ? { value, done } : { value: { ...value, errors: value.errors?.map(received) }, done };
        } catch (reason) {
          return { value: refused(reason), done: false };
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

/** The variable that takes the chosen files: the first whose type is [Upload!]!, or alike. */
function uploadVariable(operation: OperationDefinitionNode | undefined): string | undefined {
  const found = operation?.variableDefinitions?.find(({ type }) => namedType(type) === 'Upload');
  return found?.variable.name.value;
}

/**
 * The body of a GraphQL multipart request: operations, then map, then the files in their order.
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
        // A proxy that wants a sign-in answers such a request with 401; any other it would redirect to its own page.
        'X-Requested-With': 'XMLHttpRequest',
        ...headers,
      },
      body,
    });
  } catch {
    return failure('The server did not answer. Check the connection, then run it again.');
  }
  if (response.status === 401) return failure(SIGNED_OUT);
  if (!response.headers.get('Content-Type')?.includes('json'))
    return failure(`The server answered ${response.status} ${response.statusText}, which is not GraphQL.`);
  return response.json();
}

/**
 * The operation to run. GraphiQL reads the editor half a second after the last change, so its own idea of it (the name
 * it asks for, the parsed document it passes) can be the one of the tab before.
 */
function operationOf({ query, operationName }: Params): OperationDefinitionNode | undefined {
  try {
    const operations = parse(query).definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    return operations.find((node) => node.name?.value === operationName) ?? operations[0];
  } catch {
    // A document with a mistake is sent as it is: the server's answer says where the mistake is.
    return undefined;
  }
}

/** Sends what GraphiQL runs: queries and mutations as JSON, with uploads as multipart, subscriptions by WebSocket. */
export const fetcher: Fetcher = (asked, options) => {
  const operation = operationOf(asked);
  const params = operation ? { ...asked, operationName: operation.name?.value } : asked;
  if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return subscribe(params);
  const variable = uploadVariable(operation);
  if (!variable) {
    return post(JSON.stringify(params), { 'Content-Type': 'application/json', ...options?.headers });
  }
  const files = chosenFiles();
  if (files.length === 0)
    return failure('Choose files first: open the Files panel (the paper clip), choose, then run again.');
  // Without a header of its own a form could be sent by any page: the server refuses that.
  return post(multipart(params, variable, files), {
    'apollo-require-preflight': 'true',
    ...options?.headers,
  });
};
