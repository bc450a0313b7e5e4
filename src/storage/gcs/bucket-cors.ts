import { bucketResource, type CorsRule } from './client/answers.ts';
import type { GcsClient } from './client/gcs-client.ts';
import { toUnavailable } from './client/gcs-fault.ts';

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
      const { cors } = await this.#client.json(
        {
          method: 'GET',
          url: `/storage/v1/b/${encodeURIComponent(bucket)}`,
          query: { fields: 'cors' },
        },
        bucketResource,
      );
      return cors.some(letsUpload) ? null : missing(bucket);
    } catch (thrown) {
      const error = toUnavailable(thrown);
      const why =
        error.fault === 'forbidden'
          ? 'The service account may not read its settings: give it roles/storage.bucketViewer, or make sure of what docs/bucket.md says.'
          : error.message;
      return `It could not be seen whether pages may upload to gs://${bucket}. ${why}`;
    }
  }
}

function letsUpload({ origin, method, responseHeader }: CorsRule): boolean {
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
