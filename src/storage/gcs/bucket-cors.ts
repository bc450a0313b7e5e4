import { bucketResource, type CorsRule } from './client/responses.ts';
import type { GcsClient } from './client/gcs-client.ts';
import { toUnavailable } from './client/gcs-fault.ts';

/** The headers that a page sends with the bytes. The bucket's CORS configuration has to allow them. */
export const UPLOAD_HEADERS = [
  'Content-Type',
  'x-goog-content-length-range',
  'x-goog-if-generation-match',
] as const;

/** Checks whether pages are allowed to upload to the bucket: https://cloud.google.com/storage/docs/cross-origin */
export class BucketCors {
  readonly #client: GcsClient;

  constructor(client: GcsClient) {
    this.#client = client;
  }

  /**
   * Returns `null` if browsers can upload to the bucket. Otherwise, or if the CORS configuration cannot be read,
   * returns a message that describes the problem and its solution. Never throws.
   */
  async findProblem(): Promise<string | null> {
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
      return cors.some(allowsUploads) ? null : missingRuleMessage(bucket);
    } catch (thrown) {
      const error = toUnavailable(thrown);
      const why =
        error.fault === 'forbidden'
          ? 'The service account is not allowed to read the settings of the bucket: grant it ' +
            'roles/storage.bucketViewer, or check the CORS configuration yourself (docs/bucket.md).'
          : error.message;
      return `Could not check whether pages can upload to gs://${bucket}. ${why}`;
    }
  }
}

function allowsUploads({ origin, method, responseHeader }: CorsRule): boolean {
  const headers = new Set(responseHeader.map((name) => name.toLowerCase()));
  return (
    origin.length > 0 &&
    method.some((name) => name === '*' || name.toUpperCase() === 'PUT') &&
    UPLOAD_HEADERS.every((name) => headers.has(name.toLowerCase()))
  );
}

function missingRuleMessage(bucket: string): string {
  const rule = {
    origin: ['https://YOUR-HOST'],
    method: ['PUT'],
    responseHeader: UPLOAD_HEADERS,
    maxAgeSeconds: 3600,
  };
  return (
    `Pages cannot upload to gs://${bucket}: its CORS configuration does not allow PUT with the headers ` +
    `${UPLOAD_HEADERS.join(', ')}. Clients other than browsers are not affected. Write ${JSON.stringify([rule])} to ` +
    `cors.json, replace https://YOUR-HOST with the origin of the web app, and run: ` +
    `gcloud storage buckets update gs://${bucket} --cors-file=cors.json`
  );
}
