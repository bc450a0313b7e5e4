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

/** A column entry is a value of a few bytes, whereas a row is an object whose fields have to be resolved. */
const COLUMN_ENTRIES_PER_ROW = 20;
/** Assumed length of a list of objects if no argument determines it. */
const DEFAULT_LIST_LENGTH = 10;

/**
 * Estimates the number of values in an operation's response. The selection of a page is multiplied by `first` or
 * `last`, and that of a batch by its number of inputs. A field can define its cost with `@Field({ complexity })`.
 * @returns null if the variables are invalid; execution then reports all of their errors
 * @throws GraphQLError if the operation has more selections than LIMITS.selections
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): number | null {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: 1 });
  if (coerced.errors) return null;
  // The document's other operations are removed, because the request does not have to provide their variables.
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return getComplexity({
    schema,
    query: { ...document, definitions: [operation, ...fragments] },
    variables,
    maxQueryNodes: LIMITS.selections,
    estimators: [fieldExtensionsEstimator(), estimate],
  });
}

/** @throws FaultError if an operation costs more than LIMITS.cost or has invalid arguments */
export function assertAffordable(...operation: Parameters<typeof operationCost>): void {
  let cost;
  try {
    cost = operationCost(...operation);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // An error that points into the document concerns an argument.
    throw fault(error.nodes?.length ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED', error.message);
  }
  if (cost === null || cost <= LIMITS.cost) return;
  throw fault(
    'GRAPHQL_VALIDATION_FAILED',
    `The response may contain ${cost} values; the maximum is ${LIMITS.cost}. Request fewer fields or a smaller page.`,
  );
}

const estimate: ComplexityEstimator = (field) => {
  if (field.field.name.startsWith('__')) return 1;
  return 1 + Math.ceil(field.childComplexity * repetitions(field));
};

/** Maximum number of repetitions of a field's selection. Resolvers reject values beyond the limits. */
function repetitions({ field, args, type }: ComplexityEstimatorArgs): number {
  const named = getNamedType(field.type);
  if (isLeafType(named)) return 1;
  const page = field.args.some(({ name }) => name === 'first');
  if (named.name.endsWith('Connection') && page)
    return within(LIST_LIMITS.page.max, largest([args['first'], args['last']]) ?? LIST_LIMITS.page.default);
  if (page)
    return (
      within(LIST_LIMITS.column, largest([args['first']]) ?? LIST_LIMITS.column) / COLUMN_ENTRIES_PER_ROW
    );
  // The items of `nodes` and `edges` are already counted by the connection field.
  if (!isListType(getNullableType(field.type)) || type.name.endsWith('Connection')) return 1;
  const batches = Object.values(args).filter((value) => Array.isArray(value));
  return within(LIST_LIMITS.ids, largest(batches.map(({ length }) => length)) ?? DEFAULT_LIST_LENGTH);
}

function largest(values: unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === 'number');
  return numbers.length > 0 ? Math.max(...numbers) : undefined;
}

function within(max: number, value: number): number {
  return Math.min(Math.max(value, 1), max);
}
