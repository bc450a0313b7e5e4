import { UploadFailure } from './retry.ts';
import type { CompleteResult, DeclareResult } from '../transport/upload-transport.ts';
import type { Patch } from './upload-item.ts';

/** Returns the changes of an item for its result from createUploads. */
export function applyDeclareResult(result: DeclareResult): Patch {
  if (result.kind === 'target') return { state: 'declared', target: result.target };
  return result.kind === 'duplicate' ? duplicateOf(result) : { state: 'failed', reason: result.code };
}

/** Returns the changes of an item for its result from completeUploads, or a failure that may be retried. */
export function applyCompleteResult(result: CompleteResult): Patch | UploadFailure {
  if (result.kind === 'photo') return { state: 'done', photo: result.photo };
  if (result.kind === 'duplicate') return duplicateOf(result);
  if (result.kind === 'unknown' || result.code === 'UPLOAD_EXPIRED') return new UploadFailure('target-gone');
  if (result.code === 'UPLOAD_INCOMPLETE') return new UploadFailure('incomplete');
  if (result.code === 'CHECKSUM_MISMATCH') return new UploadFailure('changed');
  return { state: 'failed', reason: result.code };
}

function duplicateOf({ photo, isTrashed }: Extract<DeclareResult, { kind: 'duplicate' }>): Patch {
  return { state: isTrashed ? 'trashed' : 'duplicate', photo };
}
