import { ApiError } from '../../../shared/api/api-error.ts';
import { reportConnection } from '../../../shared/api/connection.ts';
import { SAME_ORIGIN_HEADERS } from '../../../shared/api/send.ts';
import { type PutAnswer, failureOf } from './put-answer.ts';
import { UploadFailure } from '../queue/retry.ts';
import type { Target } from '../queue/upload-item.ts';

/** Without any progress for so long, the connection is taken for broken. */
const STALLED_MS = 120_000;

/**
 * Sends a file to its target. Of what fetch has no progress of, XMLHttpRequest does.
 * @throws UploadFailure, or the signal's reason where it was aborted
 */
export async function putFile(
  target: Target,
  file: File,
  onProgress: (sentBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(target.url, location.href);
  const isOurs = url.origin === location.origin;
  const answer = await request(target, url, file, { isOurs, onProgress, signal });
  const failure = failureOf(answer, isOurs);
  if (failure?.kind === 'offline' && !(await isReadable(file))) throw new UploadFailure('unreadable');
  // The frame is told, as by every other request to the service.
  if (isOurs && failure?.kind === 'offline')
    reportConnection(new ApiError('offline', 'The connection broke.'));
  else if (isOurs && failure?.kind !== 'signed-out') reportConnection(null);
  if (failure) throw failure;
}

/** A file that was changed or deleted breaks its request off as a lost connection does. */
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
): Promise<PutAnswer> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<PutAnswer>();
  const xhr = new XMLHttpRequest();
  xhr.open(target.method, url);
  for (const { name, value } of target.headers) xhr.setRequestHeader(name, value);
  // Another origin gets exactly what its signature covers.
  if (isOurs)
    for (const [name, value] of Object.entries(SAME_ORIGIN_HEADERS)) xhr.setRequestHeader(name, value);
  let timer: ReturnType<typeof setTimeout>;
  const moved = () => {
    clearTimeout(timer);
    timer = setTimeout(() => xhr.abort(), STALLED_MS);
  };
  xhr.upload.addEventListener('progress', ({ loaded }) => {
    moved();
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
  moved();
  xhr.send(file);
  return promise.finally(() => clearTimeout(timer));
}
