import type { UserErrorCode } from '../../../shared/api/generated/graphql.ts';
import type { KnownPhoto, Target } from '../queue/upload-item.ts';

export interface Declaration {
  filename: string;
  contentType: string;
  sizeBytes: number;
  checksum: string;
}

interface Duplicate {
  kind: 'duplicate';
  photo: KnownPhoto;
  isTrashed: boolean;
}
interface Refused {
  kind: 'refused';
  code: UserErrorCode;
}

export type DeclareAnswer = { kind: 'target'; target: Target } | Duplicate | Refused;
export type CompleteAnswer = { kind: 'photo'; photo: KnownPhoto } | { kind: 'unknown' } | Duplicate | Refused;

/** What the queue has done elsewhere. Each throws UploadFailure, or the signal's reason where it was aborted. */
export interface UploadDoors {
  /** The SHA-256 of a file, hex. */
  hash(file: File, signal: AbortSignal): Promise<string>;
  /** One answer for each of at most 100, in their order. */
  declare(files: Declaration[]): Promise<DeclareAnswer[]>;
  /** @param onProgress is told how many of the bytes have left */
  put(
    target: Target,
    file: File,
    onProgress: (sentBytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** One answer for each of at most 100, in their order. */
  complete(ids: string[]): Promise<CompleteAnswer[]>;
  /** Resolves when the service answers this person again: it is reached, and knows who asks. */
  answering(): Promise<void>;
}
