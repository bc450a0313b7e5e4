import { conditionNotMet, invalid, notModified } from './errors.ts';

/** Numbers as they were sent; generations pass what a double holds. */
export interface Preconditions {
  generationMatch?: string | undefined;
  generationNotMatch?: string | undefined;
  metagenerationMatch?: string | undefined;
  metagenerationNotMatch?: string | undefined;
}

interface Versioned {
  generation: string;
  metageneration: string;
}

function numeric(name: string, value: string | null | undefined): string | undefined {
  if (value == null) return undefined;
  if (!/^\d{1,19}$/.test(value)) throw invalid(`Invalid value for ${name}: ${value}`);
  return value.replace(/^0+(?=\d)/, '');
}

/** Of the JSON API's query: `if` as in ifGenerationMatch, or `ifSource` for what a copy is made of. */
export function preconditionsOfQuery(query: URLSearchParams, prefix = 'if'): Preconditions {
  const read = (name: string) => numeric(prefix + name, query.get(prefix + name));
  return {
    generationMatch: read('GenerationMatch'),
    generationNotMatch: read('GenerationNotMatch'),
    metagenerationMatch: read('MetagenerationMatch'),
    metagenerationNotMatch: read('MetagenerationNotMatch'),
  };
}

/** Of the XML API's headers. */
export function preconditionsOfHeaders(header: (name: string) => string | undefined): Preconditions {
  const read = (name: string) => numeric(name, header(name));
  return {
    generationMatch: read('x-goog-if-generation-match'),
    metagenerationMatch: read('x-goog-if-metageneration-match'),
  };
}

/**
 * Generation 0 stands for there being no object.
 * @throws GcsError 412, or 304 for a read of something that is still what the client has.
 */
export function checkPreconditions(
  conditions: Preconditions,
  current: Versioned | null,
  purpose: 'read' | 'write',
): void {
  const generation = current?.generation ?? '0';
  const metageneration = current?.metageneration ?? '0';
  const { generationMatch, generationNotMatch, metagenerationMatch, metagenerationNotMatch } = conditions;
  if (generationMatch !== undefined && generationMatch !== generation) throw conditionNotMet();
  if (metagenerationMatch !== undefined && (!current || metagenerationMatch !== metageneration))
    throw conditionNotMet();
  if (generationNotMatch === generation || metagenerationNotMatch === metageneration)
    throw purpose === 'read' ? notModified() : conditionNotMet();
}
