import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** package.json, from src/server-info as well as from dist/server-info. */
const PACKAGE = new URL('../../package.json', import.meta.url);

/** The version of the service that runs, as its package names it. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(PACKAGE, 'utf8'))).version;
