import { LRUCache } from 'lru-cache';
import type { GetSignedUrlConfig, Storage } from '@google-cloud/storage';
import { type ObjectUrl, type Presentation, StorageUnavailableError } from '../object-store.ts';
import type { TargetAddress } from '../upload-targets.ts';

/** A read URL stays the same for half an hour, and lets in for half an hour more: an hour at most. */
const WINDOW_MS = 30 * 60_000;
const READABLE_MS = 60 * 60_000;
/** A signature without a key file is a request to Google's IAM. */
const SIGN_WITHIN_MS = 10_000;
const MAX_URLS = 20_000;

const WORDS =
  'URLs cannot be signed. Without a key file the service account signs by IAM: enable the IAM Service Account Credentials ' +
  'API and give the account the role roles/iam.serviceAccountTokenCreator on itself; else set ' +
  'GOOGLE_APPLICATION_CREDENTIALS to the key file of a service account.';

export interface SignedUpload {
  contentType: string;
  sizeBytes: number;
  expiresAt: Date;
}

/** Signs URLs of one bucket (V4), by a key file or by IAM, whichever the credentials have. */
export class UrlSigner {
  readonly #storage: Storage;
  readonly #bucket: string;
  readonly #options: Pick<GetSignedUrlConfig, 'signingEndpoint'>;
  #window = 0;
  readonly #reads = new LRUCache<string, Promise<string>>({ max: MAX_URLS });

  constructor(storage: Storage, bucket: string, options: Pick<GetSignedUrlConfig, 'signingEndpoint'> = {}) {
    this.#storage = storage;
    this.#bucket = bucket;
    this.#options = options;
  }

  /**
   * Where its URLs are, as a source of a Content-Security-Policy: this one bucket, and not all that share Google's host.
   * https://www.w3.org/TR/CSP3/#match-paths
   */
  get source(): string {
    return `${this.#storage.apiEndpoint.replace(/\/$/, '')}/${this.#bucket}/`;
  }

  /** A PUT of so many bytes of this type, until `expiresAt`, that replaces nothing. Throws StorageUnavailableError. */
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

  /** A GET of the object, the same within its window. Throws StorageUnavailableError. */
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
        expires: window + READABLE_MS,
        responseType: as.contentType,
        ...(as.disposition && { responseDisposition: as.disposition }),
      });
      this.#reads.set(id, url);
      url.catch(() => this.#reads.delete(id));
    }
    return { url: await url, sameForSeconds: Math.floor((window + WINDOW_MS - now) / 1000) };
  }

  async #sign(key: string, config: Omit<GetSignedUrlConfig, 'version'>): Promise<string> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('No signature in time.')), SIGN_WITHIN_MS);
    try {
      const file = this.#storage.bucket(this.#bucket).file(key);
      const signed = file.getSignedUrl({ version: 'v4', ...config, ...this.#options });
      const [url] = await Promise.race([signed, late.promise]);
      return url;
    } catch (error) {
      throw new StorageUnavailableError(WORDS, { fault: 'cannot-sign', cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
