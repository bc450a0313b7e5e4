import { ZodError } from 'zod';
import { StorageUnavailableError } from '../../object-store.ts';

/** What can be wrong with a bucket, in the words of a health probe. */
export type BucketFault =
  | 'bucket-missing'
  | 'forbidden'
  | 'no-credentials'
  | 'rate-limited'
  | 'failing'
  | 'slow'
  | 'unreachable'
  | 'damaged-bytes';

/** What is wrong and, where somebody can do something, what to do. */
const WORDS: Record<BucketFault, string> = {
  'bucket-missing': 'The bucket does not exist. Make it, or correct STORAGE_URL.',
  forbidden:
    'The service may not use the bucket. Give its service account the role roles/storage.objectUser on the bucket.',
  'no-credentials':
    'Google knows nobody under the credentials of the service. On Google Cloud give the service a service account; ' +
    'elsewhere set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run gcloud auth application-default login.',
  'rate-limited':
    'The bucket takes no more requests just now (429). It passes, or a quota of the project is used up.',
  failing: 'Cloud Storage fails. It passes; see https://status.cloud.google.com',
  slow: 'Cloud Storage does not answer in time.',
  unreachable: 'Cloud Storage cannot be reached. Look at the network and at STORAGE_EMULATOR_HOST.',
  'damaged-bytes': 'Bytes did not have their checksum on the way to or from the bucket.',
};

export function bucketFault(fault: BucketFault, cause?: unknown): StorageUnavailableError {
  return new StorageUnavailableError(WORDS[fault], { fault, cause });
}

/** An answer of Cloud Storage that is no success. */
export class GcsRefusal extends Error {
  override name = 'GcsRefusal';
  constructor(
    readonly status: number,
    message: string,
    /** What the answer asks to wait, in milliseconds. */
    readonly waitMs: number,
  ) {
    super(message);
  }

  /** Of a 404: it is the bucket that is missing, not an object of it. */
  get isMissingBucket(): boolean {
    return this.status === 404 && /bucket does not exist|NoSuchBucket/i.test(this.message);
  }
}

/** No answer came within the time of one attempt. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/** Whether the same request can be expected to fare better: https://cloud.google.com/storage/docs/retry-strategy */
export function mayPass(error: unknown): boolean {
  if (error instanceof GcsRefusal) return error.status === 408 || error.status === 429 || error.status >= 500;
  return !isWithoutCredentials(error);
}

function isWithoutCredentials(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /default credentials|invalid_grant|invalid_client|ENOENT|PEM|private key/i.test(text);
}

/** The error of the port for what a request met. */
export function toUnavailable(error: unknown): StorageUnavailableError {
  if (error instanceof StorageUnavailableError) return error;
  return bucketFault(faultOf(error), error);
}

function faultOf(error: unknown): BucketFault {
  if (error instanceof NoAnswerError) return 'slow';
  // An answer that nobody can read.
  if (error instanceof ZodError || error instanceof SyntaxError) return 'failing';
  if (!(error instanceof GcsRefusal)) return isWithoutCredentials(error) ? 'no-credentials' : 'unreachable';
  if (error.status === 401) return 'no-credentials';
  if (error.status === 403) return 'forbidden';
  if (error.isMissingBucket) return 'bucket-missing';
  return error.status === 429 ? 'rate-limited' : 'failing';
}
