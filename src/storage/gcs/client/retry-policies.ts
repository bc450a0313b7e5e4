import { DEFAULT_POLICY, type RetryPolicy } from './gcs-client.ts';
import { DOWNLOAD_POLICY, type DownloadPolicy } from '../transfer/gcs-download.ts';
import { UPLOAD_POLICY, type UploadPolicy } from '../transfer/gcs-upload.ts';

/** The time limits and retries of each kind of request. */
export interface RetryPolicies {
  requests: RetryPolicy;
  uploads: UploadPolicy;
  downloads: DownloadPolicy;
}

/** The time limit of a request, including its retries, for which the default policies are written. */
const DEFAULT_SECONDS = 45;

/**
 * Scales the default policies.
 * @param seconds the time limit of a request, including its retries. All other times are scaled in proportion. The
 * pauses between attempts and the time limit of a whole upload become shorter, but never longer.
 */
export function retryPoliciesFor(seconds = DEFAULT_SECONDS): RetryPolicies {
  const scaledMs = (ms: number): number => Math.round((ms * seconds) / DEFAULT_SECONDS);
  const reducedMs = (ms: number): number => Math.min(ms, scaledMs(ms));
  const scaled = <P extends RetryPolicy>(policy: P): P => ({
    ...policy,
    backOffMs: reducedMs(policy.backOffMs),
    attemptMs: scaledMs(policy.attemptMs),
    totalMs: scaledMs(policy.totalMs),
  });
  return {
    requests: scaled(DEFAULT_POLICY),
    uploads: { ...scaled(UPLOAD_POLICY), uploadMs: reducedMs(UPLOAD_POLICY.uploadMs) },
    downloads: {
      ...DOWNLOAD_POLICY,
      backOffMs: reducedMs(DOWNLOAD_POLICY.backOffMs),
      stallMs: scaledMs(DOWNLOAD_POLICY.stallMs),
      slowMs: scaledMs(DOWNLOAD_POLICY.slowMs),
    },
  };
}
