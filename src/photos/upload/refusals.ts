import { MIB } from '../../config/units.ts';
import { UserErrorCode } from '../../graphql/types/user-error.ts';
import { UploadRefusedError } from './upload-results.ts';

/** Bytes as a person reads them. */
function size(bytes: number): string {
  return bytes >= MIB ? `${Math.floor((bytes / MIB) * 10) / 10} MiB` : `${bytes} bytes`;
}

const MESSAGES = {
  [UserErrorCode.EMPTY_FILE]: () => 'The file is empty; choose another.',
  [UserErrorCode.FILE_TOO_LARGE]: (limit: number) =>
    `The file is too large: at most ${size(limit)} are taken.`,
  [UserErrorCode.QUOTA_EXCEEDED]: () =>
    'Your storage is full for this file; delete photos for good, or ask for more storage.',
  [UserErrorCode.CHECKSUM_MISMATCH]: () =>
    'The bytes that arrived are not those of the checksum; send the file again.',
  [UserErrorCode.UPLOAD_INCOMPLETE]: () =>
    'The bytes have not arrived whole; send them to the target, then ask again.',
  [UserErrorCode.UPLOAD_EXPIRED]: () => 'The time for this upload is over; start it again.',
} as const;

/** The refusal of a file for a reason that needs no look at its pixels. `limit` is in bytes. */
export function refusal(code: keyof typeof MESSAGES, filename: string | null, limit = 0): UploadRefusedError {
  return new UploadRefusedError(code, MESSAGES[code](limit), filename);
}
