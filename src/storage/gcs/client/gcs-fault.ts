import { ZodError } from 'zod';
import { StorageUnavailableError } from '../../object-store.ts';

/** The faults that a bucket can have, as the health probe reports them. */
export type BucketFault =
  | 'bucket-missing'
  | 'forbidden'
  | 'no-credentials'
  | 'rate-limited'
  | 'failing'
  | 'slow'
  | 'unreachable'
  | 'damaged-bytes';

/** Describes each fault and, if there is a remedy, the remedy. */
const MESSAGES: Record<BucketFault, string> = {
  'bucket-missing': 'The bucket does not exist. Create it, or correct STORAGE_URL.',
  forbidden:
    'The service is not allowed to use the bucket. Grant its service account the role roles/storage.objectUser on the ' +
    'bucket.',
  'no-credentials':
    'The service has no valid Google credentials. On Google Cloud, attach a service account to the service. ' +
    'Elsewhere, set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run gcloud auth application-default login.',
  'rate-limited':
    'Cloud Storage rejects requests because there are too many (429). Either this is temporary, or a quota of the ' +
    'project is used up.',
  failing: 'Cloud Storage is failing. This is usually temporary; see https://status.cloud.google.com',
  slow: 'Cloud Storage does not respond in time.',
  unreachable: 'Cloud Storage cannot be reached. Check the network and STORAGE_EMULATOR_HOST.',
  'damaged-bytes': 'Bytes sent to or received from the bucket do not match their checksum.',
};

export function bucketFault(fault: BucketFault, cause?: unknown): StorageUnavailableError {
  return new StorageUnavailableError(MESSAGES[fault], { fault, cause });
}

/** Cloud Storage responded with an error. */
export class GcsResponseError extends Error {
  override name = 'GcsResponseError';
  constructor(
    readonly status: number,
    message: string,
    /** The pause that the response requests with Retry-After, in milliseconds. */
    readonly retryAfterMs: number,
  ) {
    super(message);
  }

  /** True for a 404 if the bucket itself is missing and not only an object in it. */
  get isMissingBucket(): boolean {
    return this.status === 404 && /bucket does not exist|NoSuchBucket/i.test(this.message);
  }
}

/** A response or its next bytes did not arrive in time. */
export class RequestTimeoutError extends Error {
  override name = 'RequestTimeoutError';
}

/** Returns true if a retry of the request may succeed: https://cloud.google.com/storage/docs/retry-strategy */
export function isRetryable(error: unknown): boolean {
  if (error instanceof GcsResponseError)
    return error.status === 408 || error.status === 429 || error.status >= 500;
  return !isWithoutCredentials(error);
}

function isWithoutCredentials(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /default credentials|invalid_grant|invalid_client|ENOENT|PEM|private key/i.test(text);
}

/** Converts an error of a request to the error of the ObjectStore port. */
export function toUnavailable(error: unknown): StorageUnavailableError {
  if (error instanceof StorageUnavailableError) return error;
  return bucketFault(faultOf(error), error);
}

function faultOf(error: unknown): BucketFault {
  if (error instanceof RequestTimeoutError) return 'slow';
  // The response could not be parsed.
  if (error instanceof ZodError || error instanceof SyntaxError) return 'failing';
  if (!(error instanceof GcsResponseError))
    return isWithoutCredentials(error) ? 'no-credentials' : 'unreachable';
  if (error.status === 401) return 'no-credentials';
  if (error.status === 403) return 'forbidden';
  if (error.isMissingBucket) return 'bucket-missing';
  return error.status === 429 ? 'rate-limited' : 'failing';
}
