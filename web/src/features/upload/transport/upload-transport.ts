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
export type DeclareResult = { kind: 'target'; target: Target } | Duplicate | Refused;
export type CompleteResult = { kind: 'photo'; photo: KnownPhoto } | { kind: 'unknown' } | Duplicate | Refused;

/** The operations that the upload queue uses. Each throws an UploadFailure, or the abort reason of its signal. */
export interface UploadTransport {
  /** Returns the SHA-256 of a file, in hex. */
  hash(file: File, signal: AbortSignal): Promise<string>;
  /** Returns one result for each of at most 100 files, in their order. */
  declare(files: Declaration[]): Promise<DeclareResult[]>;
  /** Sends a file to its target. @param onProgress receives the number of bytes sent so far */
  put(
    target: Target,
    file: File,
    onProgress: (sentBytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Returns one result for each of at most 100 ids, in their order. */
  complete(ids: string[]): Promise<CompleteResult[]>;
  /** Resolves when the service is reachable and the user is signed in. */
  whenReachable(): Promise<void>;
}
