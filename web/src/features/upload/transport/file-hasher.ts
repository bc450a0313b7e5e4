import { UploadFailure } from '../queue/retry.ts';

export interface HashRequest {
  id: number;
  file: File;
}

export interface HashResult {
  id: number;
  /** Null if the file could not be read. */
  checksum: string | null;
}

/** Hashes files in a worker, so that the page stays responsive. */
export class FileHasher {
  #worker: Worker | null = null;
  #lastId = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<string>>();

  constructor() {
    // Loads the script of the worker while there is a connection.
    this.#started();
  }

  /** Returns the SHA-256 of a file, in hex. @throws UploadFailure, or the abort reason of the signal. */
  async hash(file: File, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const id = ++this.#lastId;
    const result = Promise.withResolvers<string>();
    this.#waiting.set(id, result);
    signal.addEventListener('abort', () => {
      this.#waiting.delete(id);
      result.reject(signal.reason);
    });
    const request: HashRequest = { id, file };
    this.#started().postMessage(request, []);
    return result.promise;
  }

  #started(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./hash.worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<HashResult>) => this.#settle(data));
    // The script could not be loaded, or the worker crashed. The next file starts another worker.
    worker.addEventListener('error', () => {
      this.#worker = null;
      worker.terminate();
      for (const { reject } of this.#waiting.values()) reject(new UploadFailure('fault'));
      this.#waiting.clear();
    });
    this.#worker = worker;
    return worker;
  }

  #settle({ id, checksum }: HashResult): void {
    const result = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (checksum === null) result?.reject(new UploadFailure('unreadable'));
    else result?.resolve(checksum);
  }
}
