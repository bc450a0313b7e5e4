import { UploadFailure } from '../queue/retry.ts';

export interface HashRequest {
  id: number;
  file: File;
}

export interface HashAnswer {
  id: number;
  /** Null where the file could not be read. */
  checksum: string | null;
}

/** Hashes files in a worker, so that the page stays quick. */
export class FileHasher {
  #worker: Worker | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();

  constructor() {
    // Its script comes while there is a connection.
    this.#started();
  }

  /** The SHA-256 of a file, hex. @throws UploadFailure, or the signal's reason where it was aborted. */
  async hash(file: File, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const id = ++this.#lastId;
    const answer = Promise.withResolvers<string>();
    this.#waiting.set(id, answer);
    signal.addEventListener('abort', () => {
      this.#waiting.delete(id);
      answer.reject(signal.reason);
    });
    const request: HashRequest = { id, file };
    this.#started().postMessage(request, []);
    return answer.promise;
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<HashAnswer>) => this.#answered(data));
    // Its script did not come, or it ended: the next file begins another.
    worker.addEventListener('error', () => {
      this.#worker = null;
      worker.terminate();
      for (const { reject } of this.#waiting.values()) reject(new UploadFailure('fault'));
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #answered({ id, checksum }: HashAnswer): void {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (checksum === null) answer?.reject(new UploadFailure('unreadable'));
    else answer?.resolve(checksum);
  }
}
