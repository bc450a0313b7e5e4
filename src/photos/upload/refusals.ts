import { MIB } from '../../config/units.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import type { RefusedOutcome } from '../../metadata/uploads/upload.repository.ts';
import { UploadRefusedError } from './upload-results.ts';

function formatSize(bytes: number): string {
  return bytes >= MIB ? `${Math.floor((bytes / MIB) * 10) / 10} MiB` : `${bytes} bytes`;
}

const MESSAGES = {
  [UserErrorCode.EMPTY_FILE]: () => 'The file is empty. Choose another file.',
  [UserErrorCode.FILE_TOO_LARGE]: (limit: number) =>
    `The file is too large. The limit is ${formatSize(limit)}.`,
  [UserErrorCode.QUOTA_EXCEEDED]: () =>
    'There is not enough storage left for this file. Delete photos permanently, or request more storage.',
  [UserErrorCode.CHECKSUM_MISMATCH]: () =>
    'The received bytes do not match the checksum. Send the file again.',
  [UserErrorCode.UPLOAD_INCOMPLETE]: () =>
    'The file has not been received completely. Send it to the target, then complete the upload again.',
  [UserErrorCode.UPLOAD_EXPIRED]: () => 'The upload has expired. Start it again.',
} as const;

/**
 * Creates the refusal of a file for a reason other than its image content.
 * @param limit in bytes, for FILE_TOO_LARGE
 */
export function refusal(code: keyof typeof MESSAGES, filename: string | null, limit = 0): UploadRefusedError {
  return new UploadRefusedError(code, MESSAGES[code](limit), filename);
}

/** The stored outcome of an upload that is refused for such a reason. */
export function refusedOutcome(
  code: Exclude<keyof typeof MESSAGES, UserErrorCode.FILE_TOO_LARGE>,
): RefusedOutcome {
  return { kind: 'refused', code, message: MESSAGES[code]() };
}
