import { invalid } from './errors.ts';

/** Compares names by their UTF-8 bytes, like Cloud Storage. This differs from the order of JavaScript strings. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Returns the index of the first name that is not less than `name`. */
function lowerBound(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNames(names[middle]!, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function addName(names: string[], name: string): void {
  const at = lowerBound(names, name);
  if (names[at] !== name) names.splice(at, 0, name);
}

export function removeName(names: string[], name: string): void {
  const at = lowerBound(names, name);
  if (names[at] === name) names.splice(at, 1);
}

export interface ListOptions {
  prefix: string;
  delimiter: string;
  /** Only names >= `startOffset` and < `endOffset` are listed. An empty string means no bound. */
  startOffset: string;
  endOffset: string;
  includeTrailingDelimiter: boolean;
  maxResults: number;
  pageToken: string | null;
}

export interface ListPage {
  names: string[];
  prefixes: string[];
  nextPageToken: string | null;
}

const MAX_PAGE = 1000;

export function listOptionsOf(query: URLSearchParams): ListOptions {
  const size = query.get('maxResults') ?? String(MAX_PAGE);
  if (!/^\d{1,9}$/.test(size) || Number(size) < 1)
    throw invalid(`Invalid unsigned integer value: '${size}'.`, 'invalidParameter');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    startOffset: query.get('startOffset') ?? '',
    endOffset: query.get('endOffset') ?? '',
    includeTrailingDelimiter: query.get('includeTrailingDelimiter') === 'true',
    maxResults: Math.min(Number(size), MAX_PAGE),
    pageToken: query.get('pageToken'),
  };
}

/**
 * Returns a page of `sorted`. All names that are equal up to the delimiter after the prefix are combined into one
 * entry of `prefixes`. Names and prefixes both count towards the size of the page.
 */
export function listNames(sorted: readonly string[], options: ListOptions): ListPage {
  const { prefix, delimiter, startOffset, endOffset, maxResults } = options;
  const after = options.pageToken === null ? null : decodeToken(options.pageToken);
  const from = [prefix, startOffset, after ?? ''].reduce((a, b) => (compareNames(a, b) > 0 ? a : b));
  const page: ListPage = { names: [], prefixes: [], nextPageToken: null };
  let last = after;
  for (let i = lowerBound(sorted, from); i < sorted.length; i++) {
    const name = sorted[i]!;
    if (!name.startsWith(prefix)) break;
    if (endOffset !== '' && compareNames(name, endOffset) >= 0) break;
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const folder = at === -1 ? null : name.slice(0, at + delimiter.length);
    const entry = folder ?? name;
    // Skips the last name of the previous page, or all names that belong to its last prefix.
    if (entry !== last) {
      if (page.names.length + page.prefixes.length === maxResults) {
        page.nextPageToken = encodeToken(last ?? '');
        break;
      }
      if (folder !== null) page.prefixes.push(folder);
      else page.names.push(name);
      if (folder === name && options.includeTrailingDelimiter) page.names.push(name);
      last = entry;
    }
  }
  return page;
}

/** Encodes the token so that it is opaque: clients must not construct one from a name. */
function encodeToken(last: string): string {
  return Buffer.from(JSON.stringify({ last })).toString('base64url');
}

function decodeToken(token: string): string {
  try {
    const { last } = JSON.parse(Buffer.from(token, 'base64url').toString()) as { last?: unknown };
    if (typeof last === 'string') return last;
  } catch {
    // Reported below.
  }
  throw invalid(`Invalid page token: ${token}`);
}
