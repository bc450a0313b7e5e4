import type { UserErrorCode } from '../../../shared/api/generated/graphql.ts';

/**
 * The state of a file. The steps of a successful upload are:
 *   waiting -> hashing -> hashed -> declaring -> declared -> sending -> sent -> completing -> done
 * `duplicate` means that the photo is already in the library, `trashed` that it is in the trash.
 */
export type UploadState =
  | 'waiting'
  | 'hashing'
  | 'hashed'
  | 'declaring'
  | 'declared'
  | 'sending'
  | 'sent'
  | 'completing'
  | 'done'
  | 'duplicate'
  | 'trashed'
  | 'failed'
  | 'cancelled';

/** Why an upload failed: an error code of the service, or a failure that the browser detected. */
export type FailureReason = UserErrorCode | 'UNREADABLE' | 'BROKEN_OFF' | 'FAULT' | 'OUTDATED';

/** The request that sends the bytes of a file. */
export interface Target {
  id: string;
  url: string;
  method: string;
  headers: readonly { name: string; value: string }[];
}

/** The fields of a photo that a row shows. */
export interface KnownPhoto {
  id: string;
  thumbnailUrl: string;
}

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  /** The path of the chosen folder that contains the file; empty if the file was chosen individually. */
  readonly folder: string;
  readonly sizeBytes: number;
  readonly state: UploadState;
  readonly sentBytes: number;
  /** SHA-256, in hex; null until the file is hashed. */
  readonly checksum: string | null;
  readonly target: Target | null;
  /** The number of failed attempts since the user added or retried the file. */
  readonly attempts: number;
  /** The next step starts at this time at the earliest, in milliseconds of `performance.now()`. */
  readonly notBefore: number;
  readonly photo: KnownPhoto | null;
  readonly reason: FailureReason | null;
  /** The ID of the failed request in the service's log. */
  readonly requestId: string | null;
}

/** Changes of an item. */
export type Patch = Partial<Omit<UploadItem, 'id'>>;

export const SETTLED: readonly UploadState[] = ['done', 'duplicate', 'trashed', 'failed', 'cancelled'];

/** Reasons that concern the file itself. Sending it again does not help. */
const FINAL: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'UNSUPPORTED_FORMAT',
  'INVALID_IMAGE',
  'EMPTY_FILE',
  'FILE_TOO_LARGE',
  'IMAGE_TOO_LARGE',
]);

/** Returns whether the queue does nothing more for an item, unless the user retries it. */
export function isSettled({ state }: Pick<UploadItem, 'state'>): boolean {
  return SETTLED.includes(state);
}

/** Returns whether the user can retry an item. */
export function canRetry({ state, reason }: Pick<UploadItem, 'state' | 'reason'>): boolean {
  return state === 'cancelled' || (state === 'failed' && reason !== null && !FINAL.has(reason));
}

/** Returns whether the user can cancel an item. The completion by the service cannot be cancelled. */
export function canCancel(item: Pick<UploadItem, 'state'>): boolean {
  return !isSettled(item) && item.state !== 'completing';
}

/** Creates the item of a file that was added. */
export function newItem(id: number, { name, size }: File, folder: string): UploadItem {
  return {
    id,
    name,
    folder,
    sizeBytes: size,
    state: 'waiting',
    sentBytes: 0,
    checksum: null,
    target: null,
    attempts: 0,
    notBefore: 0,
    photo: null,
    reason: null,
    requestId: null,
  };
}
