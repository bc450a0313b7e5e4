import { readFile } from 'node:fs/promises';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { printContractSchema } from '../src/graphql/schema.ts';
import { startApp, type TestApp } from './support/app.ts';

let app: TestApp;
let schema: GraphQLSchema;
let contract: GraphQLSchema;

beforeAll(async () => {
  app = await startApp();
  ({ schema } = app.nest.get(GraphQLSchemaHost));
  contract = buildSchema(await readFile(new URL('fixtures/contract.graphql', import.meta.url), 'utf8'));
});
afterAll(() => app.close());

/** The signatures of all fields and arguments of a schema: `Photo.title: String`, `Query.photos(first:): Int`. */
function signatures(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return [];
    if (isEnumType(type)) return type.getValues().map((value) => `${type.name}.${value.name}`);
    if (isInputObjectType(type))
      return Object.values(type.getFields()).map((field) => `${type.name}.${field.name}: ${field.type}`);
    if (!isObjectType(type) && !isInterfaceType(type)) return [type.name];
    return Object.values(type.getFields()).flatMap((field) => [
      `${type.name}.${field.name}: ${field.type}`,
      ...field.args.map((arg) => `${type.name}.${field.name}(${arg.name}:): ${arg.type}`),
    ]);
  });
}

it('equals the committed schema.graphql (npm run schema writes it)', async () => {
  const committed = await readFile(new URL('../schema.graphql', import.meta.url), 'utf8');
  expect(printContractSchema(schema)).toBe(committed);
});

it('contains every name and type of the contract', () => {
  const ours = new Set(signatures(schema));
  expect(signatures(contract).filter((signature) => !ours.has(signature))).toEqual([]);
});

it('has no breaking changes for clients written against the contract', () => {
  expect(findBreakingChanges(contract, schema)).toEqual([]);
});
