import { LIST_LIMITS } from '../types/list-limits.ts';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  getNamedType,
  getNullableType,
  getVariableValues,
  isLeafType,
  isListType,
} from 'graphql';
import {
  type ComplexityEstimator,
  type ComplexityEstimatorArgs,
  fieldExtensionsEstimator,
  getComplexity,
} from 'graphql-query-complexity';
import { LIMITS } from './limits.ts';
import { fault } from '../types/errors.ts';

/** An entry of a column is a value of a few bytes, where a row is an object with fields to resolve. */
const COLUMN_ENTRIES_OF_A_ROW = 20;
/** Of a list of objects that has no argument to tell its length by. */
const USUAL_LIST = 10;

/**
 * The values that an operation's answer may have, by the variables that it is sent with: a page counts as often as
 * `first` or `last` says, a batch as often as it has inputs. A field may say otherwise: `@Field({ complexity })`.
 * Null where the variables are not valid, which execution tells in full.
 * @throws a GraphQLError when the operation selects too much to be estimated.
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number | null {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced.errors) return null;
  // Alone, so that what other operations of the document need of variables does not matter.
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return getComplexity({
    schema,
    query: { ...document, definitions: [operation, ...fragments] },
    variables,
    maxQueryNodes: LIMITS.selections,
    estimators: [fieldExtensionsEstimator(), estimate],
  });
}

/** @throws a fault where an operation costs more than LIMITS.cost, or its arguments are not valid. */
export function assertAffordable(...operation: Parameters<typeof operationCost>): void {
  let cost;
  try {
    cost = operationCost(...operation);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // Where an error points into the document, it is about an argument there.
    throw fault(error.nodes?.length ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED', error.message);
  }
  if (cost === null || cost <= LIMITS.cost) return;
  throw fault(
    'GRAPHQL_VALIDATION_FAILED',
    `The operation may answer ${cost} values, of which ${LIMITS.cost} are allowed: ask for fewer fields or a smaller page.`,
  );
}

const estimate: ComplexityEstimator = (field) => {
  if (field.field.name.startsWith('__')) return 1;
  return 1 + Math.ceil(field.childComplexity * repetitions(field));
};

/** How often what is selected of a field may come. What is out of bounds counts as the bound: its resolver refuses it. */
function repetitions({ field, args, type }: ComplexityEstimatorArgs): number {
  const named = getNamedType(field.type);
  if (isLeafType(named)) return 1;
  const page = field.args.some(({ name }) => name === 'first');
  if (named.name.endsWith('Connection') && page)
    return within(LIST_LIMITS.page.max, largest([args['first'], args['last']]) ?? LIST_LIMITS.page.default);
  if (page)
    return (
      within(LIST_LIMITS.column, largest([args['first']]) ?? LIST_LIMITS.column) / COLUMN_ENTRIES_OF_A_ROW
    );
  // `nodes` and `edges` were counted where the page was asked for.
  if (!isListType(getNullableType(field.type)) || type.name.endsWith('Connection')) return 1;
  const batches = Object.values(args).filter((value) => Array.isArray(value));
  return within(LIST_LIMITS.ids, largest(batches.map(({ length }) => length)) ?? USUAL_LIST);
}

function largest(values: unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 ? Math.max(...numbers) : undefined;
}

function within(max: number, value: number): number {
  return Math.min(Math.max(value, 1), max);
}
