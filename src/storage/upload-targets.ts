import type { StagedFile } from './staging/staging.ts';

/** What a target of the staged door is made for. */
export interface TargetRequest {
  id: string;
  /** Lets in whoever has it; of no use where the bytes go elsewhere. */
  secret: string;
  contentType: string;
  sizeBytes: number;
  expiresAt: Date;
}

/** Where to send the bytes, and with what headers: exactly these. */
export interface TargetAddress {
  url: string;
  headers: { name: string; value: string }[];
}

/** Where the bytes of the staged door arrive, before anything is known of their content. */
export abstract class UploadTargets {
  /** Whether the bytes are sent past this service, which hears of them only from who sent them. */
  abstract readonly direct: boolean;

  /** Where pages send the bytes, as a source of a Content-Security-Policy; null for this service itself. */
  abstract readonly source: string | null;

  /** Lets the bytes be sent, once. Throws StorageUnavailableError. */
  abstract issue(target: TargetRequest): Promise<TargetAddress>;

  /**
   * Has what arrived as a file of Staging, read once: whether there is anything. `accept` looks at it first, and what it
   * throws leaves no file. Throws TooManyBytesError where there is more than `maxBytes`; StorageUnavailableError.
   */
  abstract bring(id: string, maxBytes: number, accept: (file: StagedFile) => void): Promise<boolean>;

  /** Removes what arrived, here and there. What cannot be removed now is removed by a sweep. */
  abstract remove(id: string): Promise<void>;

  /** The uploads of which something arrived elsewhere than in Staging. Throws StorageUnavailableError. */
  abstract listElsewhere(): AsyncIterable<string[]>;
}
