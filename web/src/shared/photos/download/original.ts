import { ApiError, kindOf } from '../../api/api-error.ts';
import { reportConnection, signedInAgain, whenOnline } from '../../api/connection.ts';
import { execute } from '../../api/execute.ts';
import { OriginalDocument, type OriginalQuery } from '../../api/generated/graphql.ts';
import { retry, retryDelay } from '../../api/retry.ts';
import { SAME_ORIGIN_HEADERS } from '../../api/send.ts';
import { checkConnection } from '../../api/viewer.ts';

export type Original = NonNullable<OriginalQuery['photo']>;

/** Returns the address of a photo's original, or null if the photo no longer exists. @throws as `bytesOf` */
export function findOriginal(id: string, signal: AbortSignal): Promise<Original | null> {
  return withRetries(async () => (await execute(OriginalDocument, { id }, { signal })).photo, signal);
}

/**
 * Loads an original. Retries after interruptions.
 * @returns null if the photo no longer exists
 * @throws ApiError if the service fails repeatedly; its kind is `refused` if scripts may not read the bytes
 * @throws the signal's reason if it is aborted
 */
export function bytesOf({ originalUrl }: Original, signal: AbortSignal): Promise<Blob | null> {
  return withRetries(() => load(originalUrl, signal), signal);
}

async function load(url: string, signal: AbortSignal): Promise<Blob | null> {
  const response = await fetchOriginal(url, signal);
  if (response.status === 404) return null;
  if (response.status === 401) throw new ApiError('signed-out', 'The session has expired.');
  if (!response.ok) {
    const retryAfterMs = Number(response.headers.get('retry-after')) * 1_000 || 0;
    throw new ApiError('fault', `HTTP ${response.status}`, { retryAfterMs });
  }
  try {
    return await response.blob();
  } catch (cause) {
    signal.throwIfAborted();
    throw new ApiError('offline', 'The transfer of the original was interrupted.', { cause });
  }
}

async function fetchOriginal(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: SAME_ORIGIN_HEADERS, signal });
  } catch (cause) {
    signal.throwIfAborted();
    // Without a CORS policy, a bucket's objects can be shown and saved, but not read by scripts.
    const isReached = (await checkConnection()) === null;
    throw new ApiError(isReached ? 'refused' : 'offline', 'The original could not be loaded.', { cause });
  }
}

async function withRetries<Result>(act: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await act();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      reportConnection(error);
      if (kindOf(error) === 'signed-out') {
        await signedInAgain(signal);
        continue;
      }
      if (failures >= MAX_FAILURES || !retry(failures, error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelay(failures, error)));
      await whenOnline();
      signal.throwIfAborted();
    }
  }
}

/** After this number of failures, a further attempt is unlikely to succeed. */
const MAX_FAILURES = 5;
