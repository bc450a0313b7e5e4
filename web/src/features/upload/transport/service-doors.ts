import { ApiError, kindOf } from '../../../shared/api/api-error.ts';
import { whenOnline } from '../../../shared/api/connection.ts';
import { execute } from '../../../shared/api/execute.ts';
import {
  CompleteUploadsDocument,
  CreateUploadsDocument,
  StillThereDocument,
} from '../../../shared/api/generated/graphql.ts';
import { FileHasher } from './file-hasher.ts';
import { putFile } from './put-file.ts';
import { type FailureKind, UploadFailure } from '../queue/retry.ts';
import type { UploadDoors } from './upload-doors.ts';

const KINDS = {
  offline: 'offline',
  'signed-out': 'signed-out',
  'rate-limited': 'busy',
  outdated: 'outdated',
  refused: 'fault',
  fault: 'fault',
} as const satisfies Record<ApiError['kind'], FailureKind>;

async function ask<Data>(request: Promise<Data>): Promise<Data> {
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

/** The service itself, by the staged door of its contract. */
export function serviceDoors(): UploadDoors {
  const hasher = new FileHasher();
  return {
    hash: (file, signal) => hasher.hash(file, signal),
    put: putFile,
    async declare(uploads) {
      const { createUploads } = await ask(execute(CreateUploadsDocument, { uploads }));
      return createUploads.map((answer) => {
        if (answer.__typename === 'UploadTarget') return { kind: 'target', target: answer };
        if (answer.__typename === 'DuplicatePhotoError') return duplicate(answer.photo);
        return { kind: 'refused', code: answer.code };
      });
    },
    async complete(ids) {
      const { completeUploads } = await ask(execute(CompleteUploadsDocument, { ids }));
      return completeUploads.map((answer) => {
        if (answer.__typename === 'Photo') return { kind: 'photo', photo: answer };
        if (answer.__typename === 'DuplicatePhotoError') return duplicate(answer.photo);
        if (answer.__typename === 'UploadRefusedError') return { kind: 'refused', code: answer.code };
        return { kind: 'unknown' };
      });
    },
    answering,
  };
}

/** A small question tells; where the session has expired, it waits for the person to sign in again. */
async function answering(): Promise<void> {
  for (;;) {
    await whenOnline();
    try {
      await execute(StillThereDocument, {});
      return;
    } catch (error) {
      if (kindOf(error) !== 'offline') return;
    }
  }
}
