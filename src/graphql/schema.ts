import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** Prints the schema as SDL with descriptions, sorted by name. */
export function printContractSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
