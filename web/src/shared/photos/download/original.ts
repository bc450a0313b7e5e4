import { ApiError, kindOf } from '../../api/api-error.ts';
import { reportConnection, signedInAgain, whenOnline } from '../../api/connection.ts';
import { execute } from '../../api/execute.ts';
import { OriginalDocument, type OriginalQuery } from '../../api/generated/graphql.ts';
import { retry, retryDelay } from '../../api/retry.ts';
import { SAME_ORIGIN_HEADERS } from '../../api/send.ts';
import { checkConnection } from '../../api/viewer.ts';

export type Original = NonNullable<OriginalQuery['photo']>;

/** Where the original of a photo is; null where there is no such photo any more. @throws as `bytesOf` */
export function findOriginal(id: string, signal: AbortSignal): Promise<Original | null> {
  return again(async () => (await execute(OriginalDocument, { id }, { signal })).photo, signal);
}

/**
 * The bytes of an original; null where it is gone meanwhile. What breaks off is begun again.
 * @throws ApiError where the service goes on failing, of the kind `refused` where a script may not have them, the signal's reason where it was aborted
 */
export function bytesOf({ originalUrl }: Original, signal: AbortSignal): Promise<Blob | null> {
  return again(() => load(originalUrl, signal), signal);
}

async function load(url: string, signal: AbortSignal): Promise<Blob | null> {
  const response = await ask(url, signal);
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
    throw new ApiError('offline', 'The bytes did not come whole.', { cause });
  }
}

async function ask(url: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: SAME_ORIGIN_HEADERS, signal });
  } catch (cause) {
    signal.throwIfAborted();
    // A bucket may let a browser show what it has, but no script read it.
    const isReached = (await checkConnection()) === null;
    throw new ApiError(isReached ? 'refused' : 'offline', 'The bytes did not come.', { cause });
  }
}

async function again<Result>(act: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
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
      if (failures >= MOST || !retry(failures, error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryDelay(failures, error)));
      await whenOnline();
      signal.throwIfAborted();
    }
  }
}

/** What breaks off every time will do so again. */
const MOST = 5;
