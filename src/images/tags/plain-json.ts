const MAX_STRING = 2000;
const MAX_KEY = 100;
const MAX_ITEMS = 100;
const MAX_DEPTH = 6;
/** Longer arrays of numbers are omitted: they are tables, histograms and thumbnails. */
const MAX_NUMBERS = 16;
const MAX_BYTES = 64 * 1024;

/**
 * Converts tags to JSON that every database accepts: no binary data, no NUL, no unpaired surrogates, strings of at
 * most 2,000 UTF-16 code units, and at most 64 KiB of JSON. A value that exceeds the remaining size is omitted.
 * EXIF dates become ISO 8601 without an offset.
 */
export function plainJson(tags: Record<string, unknown>): Record<string, unknown> {
  return plainObject(tags, new Budget(MAX_BYTES), 0) ?? {};
}

class Budget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  spend(json: string): boolean {
    const bytes = Buffer.byteLength(json) + 2;
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }
}

function plain(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return withinBudget(plainText(value, MAX_STRING) || undefined, budget);
  if (typeof value === 'number') return Number.isFinite(value) ? withinBudget(value, budget) : undefined;
  if (typeof value === 'boolean') return withinBudget(value, budget);
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? undefined : withinBudget(value.toISOString(), budget);
  }
  if (depth >= MAX_DEPTH || ArrayBuffer.isView(value)) return undefined;
  if (Array.isArray(value)) return plainArray(value, budget, depth + 1);
  if (typeof value === 'object' && value !== null) return plainObject(value, budget, depth + 1);
  return undefined;
}

function withinBudget(value: string | number | boolean | undefined, budget: Budget): unknown {
  return value !== undefined && budget.spend(JSON.stringify(value)) ? value : undefined;
}

/**
 * Truncates text to `limit` UTF-16 code units, replaces unpaired surrogates, and removes control characters except
 * line breaks and tabs. Converts an EXIF date to ISO 8601.
 */
export function plainText(text: string, limit: number): string {
  return text
    .slice(0, limit)
    .toWellFormed()
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, '')
    .trim()
    .replace(/^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d(\.\d+)?)$/, '$1-$2-$3T$4');
}

function plainArray(items: unknown[], budget: Budget, depth: number): unknown[] | undefined {
  if (items.length > MAX_NUMBERS && items.every((item) => typeof item === 'number')) return undefined;
  const kept = items
    .slice(0, MAX_ITEMS)
    .map((item) => plain(item, budget, depth))
    .filter((item) => item !== undefined);
  return kept.length > 0 ? kept : undefined;
}

function plainObject(object: object, budget: Budget, depth: number): Record<string, unknown> | undefined {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = plainText(key, MAX_KEY);
    const json = plain(value, budget, depth);
    if (json === undefined || name === '' || name === '__proto__') continue;
    if (budget.spend(name)) kept[name] = json;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
