import type { StagedFile } from './staging/staging.ts';

/** An upload of the staged door for which a target is issued. */
export interface TargetRequest {
  id: string;
  /** Authorizes the upload to this service. Not used if the bytes are sent directly to the bucket. */
  secret: string;
  contentType: string;
  sizeBytes: number;
  expiresAt: Date;
}

/** The URL to which the client sends the bytes, and the exact headers that it has to send. */
export interface TargetAddress {
  url: string;
  headers: { name: string; value: string }[];
}

/** Receives the bytes of the staged door, before their content is checked. */
export abstract class UploadTargets {
  /**
   * True if clients send the bytes directly to the bucket. The service then learns only from the client that they
   * have arrived.
   */
  abstract readonly direct: boolean;

  /**
   * The source expression for a Content-Security-Policy that matches the URLs of targets, or `null` if targets are
   * URLs of this service.
   */
  abstract readonly cspSource: string | null;

  /**
   * Issues the address to which a client can send the bytes of one upload, once.
   * @throws StorageUnavailableError
   */
  abstract issue(target: TargetRequest): Promise<TargetAddress>;

  /**
   * Makes the received bytes of an upload available as a file in Staging.
   * @param accept checks bytes that come from a bucket; if it throws, no file is left in Staging
   * @returns false if no bytes were received
   * @throws TooManyBytesError if there are more than `maxBytes` bytes
   * @throws StorageUnavailableError
   * @throws any error that `accept` throws
   */
  abstract stage(id: string, maxBytes: number, accept: (file: StagedFile) => void): Promise<boolean>;

  /** Removes the received bytes from Staging and from the bucket. The sweeper removes them later if this fails. */
  abstract remove(id: string): Promise<void>;

  /**
   * Yields the ids of uploads that have bytes outside of Staging.
   * @throws StorageUnavailableError
   */
  abstract listRemote(): AsyncIterable<string[]>;
}
