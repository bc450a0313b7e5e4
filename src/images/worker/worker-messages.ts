import type { ImageRefusal, ProcessedImage } from '../image.ts';

/** A message from the server to a worker. The id, which the server assigns, is repeated in the reply. */
export type WorkerRequest =
  | { kind: 'process'; id: number; path: string; maxPixels: number; threads: number }
  | { kind: 'ping'; id: number };

/** A message from a worker to the server. */
export type WorkerReply =
  | { kind: 'ready' }
  /** Sent at intervals on systems without /proc. */
  | { kind: 'memory'; rssBytes: number }
  | { kind: 'pong'; id: number }
  | { kind: 'processed'; id: number; image: ProcessedImage }
  | { kind: 'refused'; id: number; code: ImageRefusal; message: string }
  /** Not caused by the content of the file: the file does not exist, or the worker is broken. */
  | { kind: 'failed'; id: number; message: string };
