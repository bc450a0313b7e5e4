import { LIST_LIMITS } from '../types/list-limits.ts';
import { MIB } from '../../config/units.ts';

/** Limits for one GraphQL request. The web app's largest request uses about a tenth of each. */
export const LIMITS = {
  /** Bytes of a JSON body, and of each non-file field of a multipart request. */
  bodyBytes: MIB,
  /** Tokens of a document. The standard introspection query has 184. */
  tokens: 2_000,
  /** Nesting depth of fields. A fragment does not add a level. */
  depth: 10,
  aliases: 30,
  directives: 50,
  /** Selections after all fragments are expanded. */
  selections: 2_000,
  /** Values in the response, as estimated by `operationCost`. */
  cost: 50_000,
  /** Files in one multipart request. */
  files: LIST_LIMITS.files,
} as const;
