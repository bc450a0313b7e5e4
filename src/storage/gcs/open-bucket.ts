import { type GetSignedUrlConfig, Storage } from '@google-cloud/storage';
import { ConfigError } from '../../config/config.ts';
import { StorageUnavailableError } from '../object-store.ts';
import type { Staging } from '../staging/staging.ts';
import { StorageStartError } from '../storage-start-error.ts';
import { BucketCors } from './bucket-cors.ts';
import { GcsClient } from './client/gcs-client.ts';
import { GcsObjectStore } from './gcs-object-store.ts';
import { GcsUploadTargets } from './gcs-upload-targets.ts';
import { patienceOf } from './client/patience.ts';
import { UrlSigner } from './url-signer.ts';

export interface OpenBucketOptions extends Pick<GetSignedUrlConfig, 'signingEndpoint'> {
  /** By default that of Application Default Credentials. */
  storage?: Storage;
  /** That a request may take with its repetitions. */
  timeoutSeconds?: number;
}

/** What somebody has to set right; anything else may pass by itself. */
const LASTING = new Set(['bucket-missing', 'forbidden', 'no-credentials', 'cannot-sign']);

/**
 * Opens a bucket: objects can be written, read, listed and deleted there, and URLs can be signed.
 * @throws ConfigError that says what is wrong and what to do; StorageStartError where it may work later.
 */
export async function openBucket(
  bucket: string,
  staging: Staging,
  { storage = new Storage(), timeoutSeconds, ...signing }: OpenBucketOptions = {},
): Promise<{ store: GcsObjectStore; targets: GcsUploadTargets }> {
  const { requests, ...pace } = patienceOf(timeoutSeconds);
  const client = new GcsClient(storage, bucket, requests);
  const signer = new UrlSigner(storage, bucket, signing);
  const store = new GcsObjectStore(client, { signer, pace });
  try {
    await store.checkPatiently();
    await store.list('photos/', { limit: 1 });
    await signer.signRead('temp/health', { contentType: 'text/plain', disposition: '' });
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    const what = `gs://${bucket} (${error.fault}): ${error.message}${reason(error)}`;
    throw LASTING.has(error.fault ?? '')
      ? new ConfigError([`STORAGE_URL: ${what}`])
      : new StorageStartError(`The bucket cannot be used now; nothing was changed. Start again.\n  ${what}`);
  }
  const targets = new GcsUploadTargets({ store, staging, signer, cors: new BucketCors(client) });
  return { store, targets };
}

/** What Google said, for who sets the service up. */
function reason({ cause }: StorageUnavailableError): string {
  return cause instanceof Error && cause.message
    ? `\n    Google's words: ${cause.message.slice(0, 500)}`
    : '';
}
