import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The relative path is the same from src/server-info and dist/server-info. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** Version of the service, from package.json. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(PACKAGE, 'utf8'))).version;
