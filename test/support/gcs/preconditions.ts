import { conditionNotMet, invalid, notModified } from './errors.ts';

/** Decimal strings as the client sent them, because generations may exceed the integer precision of a double. */
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

/**
 * Reads the preconditions from a query of the JSON API.
 * @param prefix `if` for the object itself, as in ifGenerationMatch, or `ifSource` for the source of a copy
 */
export function preconditionsOfQuery(query: URLSearchParams, prefix = 'if'): Preconditions {
  const read = (name: string) => numeric(prefix + name, query.get(prefix + name));
  return {
    generationMatch: read('GenerationMatch'),
    generationNotMatch: read('GenerationNotMatch'),
    metagenerationMatch: read('MetagenerationMatch'),
    metagenerationNotMatch: read('MetagenerationNotMatch'),
  };
}

/** Reads the preconditions from the headers of the XML API. */
export function preconditionsOfHeaders(header: (name: string) => string | undefined): Preconditions {
  const read = (name: string) => numeric(name, header(name));
  return {
    generationMatch: read('x-goog-if-generation-match'),
    metagenerationMatch: read('x-goog-if-metageneration-match'),
  };
}

/**
 * Checks preconditions against the current object. Generation 0 means that there is no object.
 * @throws GcsError 412 if a precondition fails, or 304 if a read finds the version that the client already has
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
