import type { GcsClient } from './gcs-client.ts';
import { StorageUnavailableError } from '../object-store.ts';
import { GcsRefusal } from './gcs-fault.ts';

interface CorsRule {
  origin?: string[];
  method?: string[];
  responseHeader?: string[];
}

/** What a page sends along with the bytes, and a bucket has to allow it. */
export const UPLOAD_HEADERS = [
  'Content-Type',
  'x-goog-content-length-range',
  'x-goog-if-generation-match',
] as const;

/** Whether pages may send bytes to the bucket: https://cloud.google.com/storage/docs/cross-origin */
export class BucketCors {
  readonly #client: GcsClient;

  constructor(client: GcsClient) {
    this.#client = client;
  }

  /** What keeps browsers from uploading and what to do about it, in words; null where nothing is seen to. Never throws. */
  async fault(): Promise<string | null> {
    const { bucket } = this.#client;
    try {
      const { cors = [] } = await this.#client.json<{ cors?: CorsRule[] }>({
        method: 'GET',
        url: `/storage/v1/b/${encodeURIComponent(bucket)}`,
        query: { fields: 'cors' },
      });
      return cors.some(letsUpload) ? null : missing(bucket);
    } catch (error) {
      if (!(error instanceof StorageUnavailableError || error instanceof GcsRefusal)) throw error;
      return (
        `It could not be seen whether pages may upload to gs://${bucket}: the service account may not read the bucket's ` +
        'settings. Give it roles/storage.bucketViewer, or make sure of the CORS configuration in docs/bucket.md.'
      );
    }
  }
}

function letsUpload({ origin = [], method = [], responseHeader = [] }: CorsRule): boolean {
  const headers = new Set(responseHeader.map((name) => name.toLowerCase()));
  return (
    origin.length > 0 &&
    method.some((name) => name === '*' || name.toUpperCase() === 'PUT') &&
    UPLOAD_HEADERS.every((name) => headers.has(name.toLowerCase()))
  );
}

function missing(bucket: string): string {
  const rule = {
    origin: ['https://YOUR-HOST'],
    method: ['PUT'],
    responseHeader: UPLOAD_HEADERS,
    maxAgeSeconds: 3600,
  };
  return (
    `No page can upload to gs://${bucket}: its CORS configuration does not allow PUT with the headers ` +
    `${UPLOAD_HEADERS.join(', ')}. Programs can. Write ${JSON.stringify([rule])} into cors.json, with the address that ` +
    `people open, then: gcloud storage buckets update gs://${bucket} --cors-file=cors.json`
  );
}
