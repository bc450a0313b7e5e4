import type { UserErrorCode } from '../../../shared/api/generated/graphql.ts';

/**
 * Where a file is on its way:
 *   waiting -> hashing -> hashed -> declaring -> declared -> sending -> sent -> completing -> done
 * `duplicate` and `trashed` are in the library already, the second in its trash.
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

/** Why a file did not get into the library: what the service says, or what happened before it could. */
export type FailureReason = UserErrorCode | 'UNREADABLE' | 'BROKEN_OFF' | 'FAULT' | 'OUTDATED';

/** Where and how to send the bytes of a file. */
export interface Target {
  id: string;
  url: string;
  method: string;
  headers: readonly { name: string; value: string }[];
}

/** A photo of the library, as far as a row shows it. */
export interface KnownPhoto {
  id: string;
  thumbnailUrl: string;
}

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  /** The folder that it was chosen with, without its own name; empty where it was chosen alone. */
  readonly folder: string;
  readonly sizeBytes: number;
  readonly state: UploadState;
  /** Of the bytes, how many have left. */
  readonly sentBytes: number;
  /** SHA-256, hex; null until it is known. */
  readonly checksum: string | null;
  readonly target: Target | null;
  /** Failures since the person last asked for it. */
  readonly attempts: number;
  /** Left alone until then: milliseconds of the queue's clock. */
  readonly notBefore: number;
  readonly photo: KnownPhoto | null;
  readonly reason: FailureReason | null;
  /** By which the service's log tells what happened. */
  readonly requestId: string | null;
}

/** What changes of an upload. */
export type Patch = Partial<Omit<UploadItem, 'id'>>;

export const SETTLED: readonly UploadState[] = ['done', 'duplicate', 'trashed', 'failed', 'cancelled'];

/** Reasons that lie in the file itself: sending it again changes nothing. */
const FINAL: ReadonlySet<FailureReason> = new Set<FailureReason>([
  'UNSUPPORTED_FORMAT',
  'INVALID_IMAGE',
  'EMPTY_FILE',
  'FILE_TOO_LARGE',
  'IMAGE_TOO_LARGE',
]);

/** Whether nothing more happens to it by itself. */
export function isSettled({ state }: Pick<UploadItem, 'state'>): boolean {
  return SETTLED.includes(state);
}

/** Whether trying it again can help. */
export function canRetry({ state, reason }: Pick<UploadItem, 'state' | 'reason'>): boolean {
  return state === 'cancelled' || (state === 'failed' && reason !== null && !FINAL.has(reason));
}

/** Whether it can still be stopped: what is being taken in by the service cannot. */
export function canCancel(item: Pick<UploadItem, 'state'>): boolean {
  return !isSettled(item) && item.state !== 'completing';
}

/** A file that has just come. */
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
