import { UploadFailure } from './retry.ts';
import type { CompleteAnswer, DeclareAnswer } from '../transport/upload-doors.ts';
import type { Patch } from './upload-item.ts';

/** What becomes of a file after the answer to its declaration. */
export function afterDeclaration(answer: DeclareAnswer): Patch {
  if (answer.kind === 'target') return { state: 'declared', target: answer.target };
  return answer.kind === 'duplicate' ? known(answer) : { state: 'failed', reason: answer.code };
}

/** What becomes of a file after the answer to its completion; a failure where it is to be taken up again. */
export function afterCompletion(answer: CompleteAnswer): Patch | UploadFailure {
  if (answer.kind === 'photo') return { state: 'done', photo: answer.photo };
  if (answer.kind === 'duplicate') return known(answer);
  if (answer.kind === 'unknown' || answer.code === 'UPLOAD_EXPIRED') return new UploadFailure('target-gone');
  if (answer.code === 'UPLOAD_INCOMPLETE') return new UploadFailure('incomplete');
  if (answer.code === 'CHECKSUM_MISMATCH') return new UploadFailure('changed');
  return { state: 'failed', reason: answer.code };
}

function known({ photo, isTrashed }: Extract<DeclareAnswer, { kind: 'duplicate' }>): Patch {
  return { state: isTrashed ? 'trashed' : 'duplicate', photo };
}
