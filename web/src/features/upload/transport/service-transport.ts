import { ApiError, kindOf } from '../../../shared/api/api-error.ts';
import { whenOnline } from '../../../shared/api/connection.ts';
import { execute } from '../../../shared/api/execute.ts';
import {
  CompleteUploadsDocument,
  CreateUploadsDocument,
  ViewerIdDocument,
} from '../../../shared/api/generated/graphql.ts';
import { FileHasher } from './file-hasher.ts';
import { putFile } from './put-file.ts';
import { type FailureKind, UploadFailure } from '../queue/retry.ts';
import type { UploadTransport } from './upload-transport.ts';

const KINDS = {
  offline: 'offline',
  'signed-out': 'signed-out',
  'rate-limited': 'busy',
  outdated: 'outdated',
  refused: 'fault',
  fault: 'fault',
} as const satisfies Record<ApiError['kind'], FailureKind>;

/** Returns the result of a request. @throws UploadFailure in place of an ApiError */
async function withUploadFailure<Data>(request: Promise<Data>): Promise<Data> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { kind, retryAfterMs, requestId } = error;
    const isBusy = kind === 'fault' && retryAfterMs > 0;
    throw new UploadFailure(isBusy ? 'busy' : KINDS[kind], { cause: error, retryAfterMs, requestId });
  }
}

const duplicate = ({
  trashedAt,
  ...photo
}: {
  id: string;
  thumbnailUrl: string;
  trashedAt: string | null;
}) => ({
  kind: 'duplicate' as const,
  photo,
  isTrashed: trashedAt !== null,
});

/** Returns a transport that uploads with createUploads, a PUT to each target, and completeUploads. */
export function serviceTransport(): UploadTransport {
  const hasher = new FileHasher();
  return {
    hash: (file, signal) => hasher.hash(file, signal),
    put: putFile,
    async declare(uploads) {
      const { createUploads } = await withUploadFailure(execute(CreateUploadsDocument, { uploads }));
      return createUploads.map((result) => {
        if (result.__typename === 'UploadTarget') return { kind: 'target', target: result };
        if (result.__typename === 'DuplicatePhotoError') return duplicate(result.photo);
        return { kind: 'refused', code: result.code };
      });
    },
    async complete(ids) {
      const { completeUploads } = await withUploadFailure(execute(CompleteUploadsDocument, { ids }));
      return completeUploads.map((result) => {
        if (result.__typename === 'Photo') return { kind: 'photo', photo: result };
        if (result.__typename === 'DuplicatePhotoError') return duplicate(result.photo);
        if (result.__typename === 'UploadRefusedError') return { kind: 'refused', code: result.code };
        return { kind: 'unknown' };
      });
    },
    whenReachable,
  };
}

/** Repeats a small query until it reaches the service. If the session has expired, waits for the user to sign in. */
async function whenReachable(): Promise<void> {
  for (;;) {
    await whenOnline();
    try {
      await execute(ViewerIdDocument, {});
      return;
    } catch (error) {
      if (kindOf(error) !== 'offline') return;
    }
  }
}
