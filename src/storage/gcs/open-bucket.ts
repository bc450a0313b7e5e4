import { type GetSignedUrlConfig, Storage } from '@google-cloud/storage';
import { ConfigError } from '../../config/config.ts';
import { StorageUnavailableError } from '../object-store.ts';
import type { Staging } from '../staging.ts';
import { BucketCors } from './bucket-cors.ts';
import { GcsClient } from './gcs-client.ts';
import { GcsObjectStore } from './gcs-object-store.ts';
import { GcsUploadTargets } from './gcs-upload-targets.ts';
import { UrlSigner } from './url-signer.ts';

export interface OpenBucketOptions extends Pick<GetSignedUrlConfig, 'signingEndpoint'> {
  /** By default that of Application Default Credentials. */
  storage?: Storage;
}

/**
 * Opens a bucket: objects can be written, read, listed and deleted there, and URLs can be signed.
 * @throws ConfigError that says what is wrong and what to do.
 */
export async function openBucket(
  bucket: string,
  staging: Staging,
  { storage = new Storage(), ...signing }: OpenBucketOptions = {},
): Promise<{ store: GcsObjectStore; targets: GcsUploadTargets }> {
  const client = new GcsClient(storage, bucket);
  const signer = new UrlSigner(storage, bucket, signing);
  const store = new GcsObjectStore(client, { signer });
  try {
    await store.checkPatiently();
    await store.list('photos/', { limit: 1 });
    await signer.signRead('temp/health', { contentType: 'text/plain', disposition: '' });
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    throw new ConfigError([`STORAGE_URL: gs://${bucket} (${error.fault}): ${error.message}${reason(error)}`]);
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
