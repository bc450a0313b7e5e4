import type { FailureReason, UploadState } from './upload-item.ts';

/**
 * Why a step of an upload failed:
 *   offline      the service is not reachable, or the connection was lost
 *   busy         the service refuses requests for some time
 *   signed-out   the session has expired
 *   fault        the service failed
 *   target-gone  the target has expired or is unknown
 *   incomplete   not all bytes arrived
 *   changed      the bytes do not match the checksum, because the file was changed
 *   unreadable   the browser cannot read the file
 *   outdated     the versions of this page and the service differ
 *   refused      the service does not accept the file
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

/** A step of an upload failed. */
export class UploadFailure extends Error {
  override readonly name = 'UploadFailure';
  readonly reason: FailureReason | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number;

  constructor(
    readonly kind: FailureKind,
    { cause, reason, requestId, retryAfterMs = 0 }: Details = {},
  ) {
    super(`Upload failed: ${kind}`, { cause });
    this.reason = reason;
    this.requestId = requestId;
    this.retryAfterMs = retryAfterMs;
  }
}

/** How the queue proceeds after a failure. */
export type Decision =
  /** Continue from the state `from` after a delay. */
  | { next: 'retry'; from: UploadState; delayMs: number; countsAsAttempt: boolean }
  | { next: 'fail'; reason: FailureReason };

const MAX_ATTEMPTS = 8;
const MAX_FAULTS = 5;
const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Returns the delay before an attempt, in milliseconds: it doubles from 1 second up to 30 seconds. Up to a fifth is
 * subtracted at random, so that not all clients return at the same time.
 */
export function backOffMs(attempt: number, random = Math.random()): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.max(attempt - 1, 0), LONGEST_MS);
  return Math.round(whole * (1 - random / 5));
}

/**
 * Decides whether an upload is retried after a failure, and from which state.
 * @param from the state from which the failed step is repeated
 * @param attempts the number of attempts that failed before
 */
export function decide(failure: UploadFailure, from: UploadState, attempts: number): Decision {
  const retry = (state: UploadState): Decision => {
    if (attempts + 1 >= MAX_ATTEMPTS) return { next: 'fail', reason: FINAL_REASONS[failure.kind] ?? 'FAULT' };
    return { next: 'retry', from: state, delayMs: backOffMs(attempts + 1), countsAsAttempt: true };
  };
  const { kind } = failure;
  // The whole queue pauses for these failures, so there is no limit to the number of retries.
  if (kind === 'busy' || kind === 'signed-out')
    return { next: 'retry', from, delayMs: kind === 'busy' ? 0 : FIRST_MS, countsAsAttempt: false };
  if (kind === 'target-gone') return retry('hashed');
  if (kind === 'changed') return retry('waiting');
  if (kind === 'unreadable') return { next: 'fail', reason: 'UNREADABLE' };
  if (kind === 'outdated') return { next: 'fail', reason: 'OUTDATED' };
  if (kind === 'refused') return { next: 'fail', reason: failure.reason ?? 'FAULT' };
  if (kind === 'fault' && attempts + 1 >= MAX_FAULTS) return { next: 'fail', reason: 'FAULT' };
  // Every lost connection counts as an attempt. While the service is unreachable, the queue pauses and makes none.
  return retry(from);
}

/** The reasons that are reported after the last attempt. */
const FINAL_REASONS: Partial<Record<FailureKind, FailureReason>> = {
  offline: 'BROKEN_OFF',
  incomplete: 'UPLOAD_INCOMPLETE',
  'target-gone': 'UPLOAD_EXPIRED',
  changed: 'CHECKSUM_MISMATCH',
};
