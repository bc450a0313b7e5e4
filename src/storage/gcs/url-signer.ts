import { LRUCache } from 'lru-cache';
import type { GetSignedUrlConfig, Storage } from '@google-cloud/storage';
import { type ObjectUrl, type Presentation, StorageUnavailableError } from '../object-store.ts';
import type { TargetAddress } from '../upload-targets.ts';

/**
 * Read URLs are the same within a window of half an hour, so that browsers can cache the objects. They expire one
 * hour after the start of the window.
 */
const WINDOW_MS = 30 * 60_000;
const READ_URL_LIFETIME_MS = 60 * 60_000;
/** Needed because signing without a key file sends a request to Google's IAM. */
const SIGN_TIMEOUT_MS = 10_000;
const MAX_CACHED_URLS = 20_000;

const CANNOT_SIGN_MESSAGE =
  'URLs cannot be signed. Without a key file, the service account signs through IAM: enable the IAM Service Account ' +
  'Credentials API and grant the account the role roles/iam.serviceAccountTokenCreator on itself. Alternatively, set ' +
  'GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account.';

export interface SignedUpload {
  contentType: string;
  sizeBytes: number;
  expiresAt: Date;
}

/** Signs URLs of one bucket (V4), with a key file or through IAM, depending on the credentials. */
export class UrlSigner {
  readonly #storage: Storage;
  readonly #bucket: string;
  readonly #options: Pick<GetSignedUrlConfig, 'signingEndpoint'>;
  #window = 0;
  readonly #reads = new LRUCache<string, Promise<string>>({ max: MAX_CACHED_URLS });

  constructor(storage: Storage, bucket: string, options: Pick<GetSignedUrlConfig, 'signingEndpoint'> = {}) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#options = options;
  }

  /**
   * The source expression for a Content-Security-Policy that matches the signed URLs. It contains the bucket's
   * path, because all buckets share Google's host: https://www.w3.org/TR/CSP3/#match-paths
   */
  get cspSource(): string {
    return `${this.#storage.apiEndpoint.replace(/\/$/, '')}/${this.#bucket}/`;
  }

  /**
   * Signs a PUT of exactly `sizeBytes` bytes of the given type, valid until `expiresAt`. It cannot replace an
   * existing object.
   * @returns the URL, and the headers that the client has to send
   * @throws StorageUnavailableError
   */
  async signUpload(key: string, { contentType, sizeBytes, expiresAt }: SignedUpload): Promise<TargetAddress> {
    const extensionHeaders = {
      'x-goog-content-length-range': `${sizeBytes},${sizeBytes}`,
      'x-goog-if-generation-match': '0',
    };
    const expires = expiresAt.getTime();
    const url = await this.#sign(key, { action: 'write', contentType, extensionHeaders, expires });
    const headers = { 'Content-Type': contentType, ...extensionHeaders };
    return { url, headers: Object.entries(headers).map(([name, value]) => ({ name, value })) };
  }

  /**
   * Signs a GET of an object. Within a window of half an hour, all calls return the same URL.
   * @throws StorageUnavailableError
   */
  async signRead(key: string, as: Presentation): Promise<ObjectUrl> {
    const now = Date.now();
    const window = Math.floor(now / WINDOW_MS) * WINDOW_MS;
    if (window !== this.#window) this.#reads.clear();
    this.#window = window;
    const id = JSON.stringify([key, as.contentType, as.disposition]);
    let url = this.#reads.get(id);
    if (!url) {
      url = this.#sign(key, {
        action: 'read',
        accessibleAt: window,
        expires: window + READ_URL_LIFETIME_MS,
        responseType: as.contentType,
        ...(as.disposition && { responseDisposition: as.disposition }),
      });
      this.#reads.set(id, url);
      url.catch(() => this.#reads.delete(id));
    }
    return { url: await url, sameForSeconds: Math.floor((window + WINDOW_MS - now) / 1000) };
  }

  async #sign(key: string, config: Omit<GetSignedUrlConfig, 'version'>): Promise<string> {
    const timeout = Promise.withResolvers<never>();
    const timer = setTimeout(() => timeout.reject(new Error('Signing timed out.')), SIGN_TIMEOUT_MS);
    try {
      const file = this.#storage.bucket(this.#bucket).file(key);
      const signed = file.getSignedUrl({ version: 'v4', ...config, ...this.#options });
      const [url] = await Promise.race([signed, timeout.promise]);
      return url;
    } catch (error) {
      throw new StorageUnavailableError(CANNOT_SIGN_MESSAGE, { fault: 'cannot-sign', cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
