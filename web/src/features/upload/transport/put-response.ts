import { backOffMs, UploadFailure } from '../queue/retry.ts';

/** The response to a PUT; status 0 if there was none. */
export interface PutResponse {
  status: number;
  /** Whether the response came from another URL, such as the sign-in page of a proxy. */
  isRedirected: boolean;
  retryAfter: string | null;
  text: string;
}

const DEFAULT_WAIT_MS = 5_000;

/** Returns why the target did not accept the bytes, or null if it accepted them. */
export function failureOf(response: PutResponse, isOurs: boolean): UploadFailure | null {
  const { status } = response;
  if (status === 0) return new UploadFailure('offline');
  if (response.isRedirected) return new UploadFailure(isOurs ? 'signed-out' : 'fault');
  // 409: the target already has its bytes. 412: the object is already in the bucket.
  if ((status >= 200 && status < 300) || status === 409 || status === 412) return null;
  if (status === 429 || status === 503)
    return new UploadFailure('busy', { retryAfterMs: waitMs(response.retryAfter) });
  return isOurs ? ofService(response) : ofBucket(status);
}

function ofService({ status, text }: PutResponse): UploadFailure {
  const requestId = requestIdOf(text);
  if (status === 401) return new UploadFailure('signed-out');
  if (status === 404 || status === 410) return new UploadFailure('target-gone', { requestId });
  if (status === 400 || status === 408) return new UploadFailure('incomplete', { requestId });
  if (status === 413) return new UploadFailure('refused', { reason: 'FILE_TOO_LARGE', requestId });
  if (status === 422) return new UploadFailure('changed', { requestId });
  return new UploadFailure('fault', { requestId });
}

/** The status is from a bucket, which responds to an expired signature with one of these. */
function ofBucket(status: number): UploadFailure {
  return new UploadFailure([400, 401, 403, 404, 410].includes(status) ? 'target-gone' : 'fault');
}

/** Returns the milliseconds to wait, from a Retry-After header in seconds or as a date (RFC 9110, section 10.2.3). */
export function waitMs(retryAfter: string | null, now = Date.now()): number {
  if (retryAfter === null || retryAfter === '') return backOffMs(1) + DEFAULT_WAIT_MS;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1_000), 120_000) : DEFAULT_WAIT_MS;
}

function requestIdOf(text: string): string | undefined {
  return /"requestId":"([^"]{1,100})"/.exec(text)?.[1];
}
