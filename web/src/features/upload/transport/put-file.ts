import { ApiError } from '../../../shared/api/api-error.ts';
import { reportConnection } from '../../../shared/api/connection.ts';
import { SAME_ORIGIN_HEADERS } from '../../../shared/api/send.ts';
import { type PutResponse, failureOf } from './put-response.ts';
import { UploadFailure } from '../queue/retry.ts';
import type { Target } from '../queue/upload-item.ts';

/** A request is aborted after this time without progress. */
const STALLED_MS = 120_000;

/**
 * Sends a file to its target. Uses XMLHttpRequest because fetch does not report upload progress.
 * @throws UploadFailure, or the abort reason of the signal
 */
export async function putFile(
  target: Target,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(target.url, location.href);
  const isOurs = url.origin === location.origin;
  const response = await request(target, url, file, { isOurs, onProgress, signal });
  const failure = failureOf(response, isOurs);
  if (failure?.kind === 'offline' && !(await isReadable(file))) throw new UploadFailure('unreadable');
  // Every request to the service reports the state of the connection.
  if (isOurs && failure?.kind === 'offline')
    reportConnection(new ApiError('offline', 'The connection was lost.'));
  else if (isOurs && failure?.kind !== 'signed-out') reportConnection(null);
  if (failure) throw failure;
}

/** Returns whether a file can be read. If it was changed or deleted, its request fails like a lost connection. */
async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

interface Options {
  isOurs: boolean;
  onProgress: (sentBytes: number) => void;
  signal: AbortSignal;
}

function request(
  target: Target,
  url: URL,
  file: File,
  { isOurs, onProgress, signal }: Options,
): Promise<PutResponse> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<PutResponse>();
  const xhr = new XMLHttpRequest();
  xhr.open(target.method, url);
  for (const { name, value } of target.headers) xhr.setRequestHeader(name, value);
  // A bucket accepts only the headers that its signature covers.
  if (isOurs)
    for (const [name, value] of Object.entries(SAME_ORIGIN_HEADERS)) xhr.setRequestHeader(name, value);
  let timer: ReturnType<typeof setTimeout>;
  const restartTimer = () => {
    clearTimeout(timer);
    timer = setTimeout(() => xhr.abort(), STALLED_MS);
  };
  xhr.upload.addEventListener('progress', ({ loaded }) => {
    restartTimer();
    onProgress(loaded);
  });
  xhr.addEventListener('load', () =>
    resolve({
      status: xhr.status,
      isRedirected: xhr.responseURL !== '' && xhr.responseURL !== url.href,
      retryAfter: isOurs ? xhr.getResponseHeader('retry-after') : null,
      text: isOurs ? xhr.responseText : '',
    }),
  );
  for (const event of ['error', 'abort', 'timeout'])
    xhr.addEventListener(event, () =>
      resolve({ status: 0, isRedirected: false, retryAfter: null, text: '' }),
    );
  signal.addEventListener('abort', () => {
    reject(signal.reason);
    xhr.abort();
  });
  restartTimer();
  xhr.send(file);
  return promise.finally(() => clearTimeout(timer));
}
