import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CONFIG } from '../../config/config.ts';
import type { Config } from '../../config/config.ts';
import { ImageProcessor, type ProcessedImage } from '../image.ts';
import { WorkerPool } from './worker-pool.ts';

/** A 252-megapixel progressive JPEG, the slowest of what MAX_IMAGE_PIXELS lets in, takes 6 s on one core. */
const JOB_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 30_000;
const IDLE_MS = 60_000;

/** An ImageProcessor in child processes: IMAGE_WORKERS of them, of WORKER_MAX_RSS each, and none that outlives this process. */
@Injectable()
export class PooledImageProcessor
  extends ImageProcessor
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #logger = new Logger('images');
  readonly #pool: WorkerPool;

  constructor(@Inject(CONFIG) config: Config) {
    super();
    this.#pool = new WorkerPool({
      size: config.imageWorkers,
      maxPixels: config.maxImagePixels,
      maxRssBytes: config.workerMaxRssBytes,
      jobTimeoutMs: JOB_TIMEOUT_MS,
      startTimeoutMs: START_TIMEOUT_MS,
      idleMs: IDLE_MS,
      warn: (message) => this.#logger.warn(message),
    });
  }

  process(path: string): Promise<ProcessedImage> {
    return this.#pool.process(path);
  }

  ping(): Promise<void> {
    return this.#pool.ping();
  }

  /** Starts one worker and does not wait for it: readiness does, and the pool has said what is wrong where it fails. */
  onApplicationBootstrap(): void {
    void this.#pool.warm().catch(() => undefined);
  }

  /** After the last request has been answered. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.close();
  }
}
