import { GRAPHQL_PATH } from '../addresses.ts';
import { ApiError } from './api-error.ts';

/** An operation as the code generator writes it: its types, and the hash of its text, which identifies it. */
export interface PersistedDocument<Data, Variables> {
  __apiType?: (variables: Variables) => Data;
  __meta__?: Record<string, unknown>;
}

/** The id of the operation in a request: `sha256:` and the hash of its text. */
export function documentId<Data, Variables>(document: PersistedDocument<Data, Variables>): string {
  return String(document.__meta__?.['hash']);
}

interface ResponseBody<Data> {
  data?: Data;
  errors?: { message: string; extensions?: { code?: string; reason?: string; requestId?: string } }[];
}

/** Makes a proxy respond with 401 instead of a redirect to its sign-in page. */
export const SAME_ORIGIN_HEADERS = { 'x-requested-with': 'XMLHttpRequest' };

/** Detects a connection that broke silently. No operation takes this long. */
const LONGEST_MS = 5 * 60_000;

/**
 * Sends an operation once.
 * @throws ApiError, or the signal's reason if it is aborted
 */
export async function send<Data, Variables>(
  document: PersistedDocument<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  try {
    const response = await fetch(GRAPHQL_PATH, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...SAME_ORIGIN_HEADERS,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body: JSON.stringify({ documentId: documentId(document), variables }),
      signal: AbortSignal.any([AbortSignal.timeout(LONGEST_MS), ...(signal ? [signal] : [])]),
    });
    return await read<Data>(response);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ApiError) throw error;
    throw new ApiError('offline', 'The service cannot be reached.', { cause: error });
  }
}

async function read<Data>(response: Response): Promise<Data> {
  if (response.type === 'opaqueredirect' || response.status === 401)
    throw new ApiError('signed-out', 'The session has expired.');
  const text = await response.text();
  const result = parse<Data>(text);
  const [error] = result?.errors ?? [];
  const requestId = error?.extensions?.requestId ?? response.headers.get('x-request-id') ?? undefined;
  const message = error?.message ?? `HTTP ${response.status}`;
  if (response.status === 429 || error?.extensions?.code === 'RATE_LIMITED')
    throw new ApiError('rate-limited', message, { requestId, retryAfterMs: retryAfter(response) });
  if (error?.extensions?.code === 'UNAUTHENTICATED') throw new ApiError('signed-out', message, { requestId });
  if (error?.extensions?.reason === 'UNKNOWN_DOCUMENT')
    throw new ApiError('outdated', message, { requestId });
  if (REFUSED_CODES.has(error?.extensions?.code ?? '') || REFUSED_STATUSES.has(response.status))
    throw new ApiError('refused', message, { requestId });
  if (error || !response.ok || result?.data == null) {
    const retryAfterMs = response.status === 503 ? retryAfter(response) : 0;
    throw new ApiError('fault', message, { requestId, retryAfterMs });
  }
  return result.data;
}

/** The error codes of a rejection. */
const REFUSED_CODES = new Set([
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'PAYLOAD_TOO_LARGE',
]);

/** The statuses of a rejection, also by a proxy, whose response is not JSON. */
const REFUSED_STATUSES = new Set([403, 413]);

/** Returns null if the text is not JSON, such as the error page of a proxy. */
function parse<Data>(text: string): ResponseBody<Data> | null {
  try {
    const result: ResponseBody<Data> = JSON.parse(text);
    return result;
  } catch {
    return null;
  }
}

/** Milliseconds; 5 seconds if the response has no valid Retry-After. */
function retryAfter(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 5_000;
}
