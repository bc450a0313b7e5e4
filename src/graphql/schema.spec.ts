import { GraphQLSchemaHost } from '@nestjs/graphql';
import { buildSchema } from 'graphql';
import { printContractSchema } from './schema.ts';
import { startTestServer } from './testing/server.ts';

describe('printContractSchema', () => {
  it('prints names in order, with descriptions, and reads back as the same', async () => {
    const server = await startTestServer();
    const printed = printContractSchema(server.app.get(GraphQLSchemaHost, { strict: false }).schema);
    await server.close();
    expect(printed).toContain('"""An instant, ISO-8601 with offset, answered in UTC."""\nscalar DateTime');
    const types = printed.match(/^(?:type|scalar) \w+/gm)?.map((line) => line.replace(/^\w+ /, '')) ?? [];
    expect(types).toContain('Query');
    expect(types).toEqual(types.toSorted());
    expect(printContractSchema(buildSchema(printed))).toBe(printed);
    expect(printed).toMatch(/[^\n]\n$/);
  });
});
