import type { ImageRefusal, ProcessedImage } from '../image.ts';

/** What the pool sends to a worker, as it is or within what a test needs. Ids are the pool's own. */
export type WorkerRequest =
  | { kind: 'process'; id: number; path: string; maxPixels: number; threads: number }
  | { kind: 'ping'; id: number };

/** What a worker sends back. */
export type WorkerReply =
  | { kind: 'ready' }
  /** Where /proc does not tell it. */
  | { kind: 'memory'; rssBytes: number }
  | { kind: 'pong'; id: number }
  | { kind: 'processed'; id: number; image: ProcessedImage }
  | { kind: 'refused'; id: number; code: ImageRefusal; message: string }
  /** The file was not to blame: it is away, or the worker is broken. */
  | { kind: 'failed'; id: number; message: string };
