import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { createApp } from './app.ts';
import { loadConfig } from './config/config.ts';
import { printContractSchema } from './graphql/schema.ts';

// Prints the schema that the service serves. `npm run schema` writes it to schema.graphql.
const dataDir = await mkdtemp(join(tmpdir(), 'imgstream-schema-'));
try {
  const app = await createApp(loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', DATA_DIR: dataDir }));
  await app.init();
  process.stdout.write(printContractSchema(app.get(GraphQLSchemaHost).schema));
  await app.close();
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
