import { type GetSignedUrlConfig, Storage } from '@google-cloud/storage';
import { ConfigError } from '../../config/config.ts';
import { StorageUnavailableError } from '../object-store.ts';
import type { Staging } from '../staging/staging.ts';
import { StorageStartError } from '../storage-start-error.ts';
import { BucketCors } from './bucket-cors.ts';
import { GcsClient } from './client/gcs-client.ts';
import { GcsObjectStore } from './gcs-object-store.ts';
import { GcsUploadTargets } from './gcs-upload-targets.ts';
import { retryPoliciesFor } from './client/retry-policies.ts';
import { UrlSigner } from './url-signer.ts';

export interface OpenBucketOptions extends Pick<GetSignedUrlConfig, 'signingEndpoint'> {
  /** Google's client. The default uses Application Default Credentials. */
  storage?: Storage;
  /** The time limit of a request including its retries. */
  timeoutSeconds?: number;
}

/** The faults that require a change of the configuration. All others may be temporary. */
const CONFIGURATION_FAULTS = new Set(['bucket-missing', 'forbidden', 'no-credentials', 'cannot-sign']);

/**
 * Opens a bucket, and verifies that the service can write, read, list and delete objects in it and can sign URLs.
 * @throws ConfigError if the configuration is wrong; its message describes the fault and how to fix it
 * @throws StorageStartError if the fault may be temporary
 */
export async function openBucket(
  bucket: string,
  staging: Staging,
  { storage = new Storage(), timeoutSeconds, ...signing }: OpenBucketOptions = {},
): Promise<{ store: GcsObjectStore; targets: GcsUploadTargets }> {
  const { requests, ...policies } = retryPoliciesFor(timeoutSeconds);
  const client = new GcsClient(storage, bucket, requests);
  const signer = new UrlSigner(storage, bucket, signing);
  const store = new GcsObjectStore(client, { signer, policies });
  try {
    await store.checkWithRetries();
    await store.list('photos/', { limit: 1 });
    await signer.signRead('temp/health', { contentType: 'text/plain', disposition: '' });
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    const description = `gs://${bucket} (${error.fault}): ${error.message}${googleMessageOf(error)}`;
    throw CONFIGURATION_FAULTS.has(error.fault ?? '')
      ? new ConfigError([`STORAGE_URL: ${description}`])
      : new StorageStartError(
          `The bucket is currently unavailable. Nothing was changed; start the service again later.\n  ${description}`,
        );
  }
  const targets = new GcsUploadTargets({ store, staging, signer, cors: new BucketCors(client) });
  return { store, targets };
}

/** Returns Google's own error message, which helps an operator to find the cause. */
function googleMessageOf({ cause }: StorageUnavailableError): string {
  return cause instanceof Error && cause.message
    ? `\n    Message from Google: ${cause.message.slice(0, 500)}`
    : '';
}
