import type { FailureReason, UploadState } from './upload-item.ts';

/**
 * What went wrong on the way of a file:
 *   offline      nobody was reached, or the connection broke
 *   busy         the service asks to wait
 *   signed-out   the session has expired
 *   fault        the service failed
 *   target-gone  the target is expired or unknown
 *   incomplete   the bytes did not arrive whole
 *   changed      the bytes are not those of the checksum: the file changed
 *   unreadable   this device cannot read the file (any more)
 *   outdated     this page is of another version than the service
 *   refused      the service will not take the file
 */
export type FailureKind =
  | 'offline'
  | 'busy'
  | 'signed-out'
  | 'fault'
  | 'target-gone'
  | 'incomplete'
  | 'changed'
  | 'unreadable'
  | 'outdated'
  | 'refused';

interface Details {
  cause?: unknown;
  reason?: FailureReason | undefined;
  requestId?: string | undefined;
  retryAfterMs?: number;
}

/** A step of an upload that did not succeed. */
export class UploadFailure extends Error {
  override readonly name = 'UploadFailure';
  readonly reason: FailureReason | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number;

  constructor(
    readonly kind: FailureKind,
    { cause, reason, requestId, retryAfterMs = 0 }: Details = {},
  ) {
    super(`Upload: ${kind}`, { cause });
    this.reason = reason;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What to do about a failure. */
export type Decision =
  /** Take the file up again from a state, not before some milliseconds have passed. */
  | { next: 'again'; from: UploadState; inMs: number; counts: boolean }
  | { next: 'fail'; reason: FailureReason };

const MAX_ATTEMPTS = 8;
const MAX_FAULTS = 5;
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/** Doubles from a second to half a minute; a random fifth is taken off, so that not all come back at once. */
export function backOffMs(attempt: number, random = Math.random()): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.max(attempt - 1, 0), LONGEST_MS);
  return Math.round(whole * (1 - random / 5));
}

/**
 * @param from the state to take it up again from, where the step itself is repeated
 * @param attempts how often it failed before
 */
export function decide(failure: UploadFailure, from: UploadState, attempts: number): Decision {
  const again = (state: UploadState): Decision => {
    if (attempts + 1 >= MAX_ATTEMPTS) return { next: 'fail', reason: GIVEN_UP[failure.kind] ?? 'FAULT' };
    return { next: 'again', from: state, inMs: backOffMs(attempts + 1), counts: true };
  };
  const { kind } = failure;
  // The queue as a whole waits for these, however often.
  if (kind === 'busy' || kind === 'signed-out')
    return { next: 'again', from, inMs: kind === 'busy' ? 0 : FIRST_MS, counts: false };
  if (kind === 'target-gone') return again('hashed');
  if (kind === 'changed') return again('waiting');
  if (kind === 'unreadable') return { next: 'fail', reason: 'UNREADABLE' };
  if (kind === 'outdated') return { next: 'fail', reason: 'OUTDATED' };
  if (kind === 'refused') return { next: 'fail', reason: failure.reason ?? 'FAULT' };
  if (kind === 'fault' && attempts + 1 >= MAX_FAULTS) return { next: 'fail', reason: 'FAULT' };
  // Waiting until somebody answers is no attempt; but what breaks again and again while somebody does, is.
  return again(from);
}

const GIVEN_UP: Partial<Record<FailureKind, FailureReason>> = {
  offline: 'BROKEN_OFF',
  incomplete: 'UPLOAD_INCOMPLETE',
  'target-gone': 'UPLOAD_EXPIRED',
  changed: 'CHECKSUM_MISMATCH',
};
