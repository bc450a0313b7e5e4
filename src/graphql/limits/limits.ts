import { LIST_LIMITS } from '../types/list-limits.ts';
import { MIB } from '../../config/units.ts';

/** What one GraphQL request may ask for. A client's largest page has about a tenth of each. */
export const LIMITS = {
  /** Of a JSON body, and of each field of a multipart request. */
  bodyBytes: MIB,
  /** Of a document; the standard introspection query has 184. */
  tokens: 2_000,
  /** Fields within fields; fragments do not count. */
  depth: 10,
  aliases: 30,
  directives: 50,
  /** Selections with every fragment written out. */
  selections: 2_000,
  /** Values in the answer, as `operationCost` estimates them. */
  cost: 50_000,
  /** Of one multipart request. */
  files: LIST_LIMITS.files,
} as const;
