import { GraphQLSchemaHost } from '@nestjs/graphql';
import { buildSchema } from 'graphql';
import { printContractSchema } from './schema.ts';
import { startTestServer } from './testing/server.ts';

describe('printContractSchema', () => {
  it('prints types in alphabetical order with descriptions, and the result parses to the same schema', async () => {
    const server = await startTestServer();
    const printed = printContractSchema(server.app.get(GraphQLSchemaHost, { strict: false }).schema);
    await server.close();
    expect(printed).toContain(
      '"""Instant in ISO 8601 format with an offset. Returned in UTC."""\nscalar DateTime',
    );
    const types = printed.match(/^(?:type|scalar) \w+/gm)?.map((line) => line.replace(/^\w+ /, '')) ?? [];
    expect(types).toContain('Query');
    expect(types).toEqual(types.toSorted());
    expect(printContractSchema(buildSchema(printed))).toBe(printed);
    expect(printed).toMatch(/[^\n]\n$/);
  });
});
