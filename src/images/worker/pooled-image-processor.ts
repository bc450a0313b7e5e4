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

/** A 252-megapixel progressive JPEG, the slowest kind of image within MAX_IMAGE_PIXELS, takes 6 s on one core. */
const JOB_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 30_000;
const IDLE_MS = 60_000;

/**
 * Processes images in child processes: at most IMAGE_WORKERS of them, each using at most WORKER_MAX_RSS of memory.
 * No worker outlives this process.
 */
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

  async process(path: string): Promise<ProcessedImage> {
    const image = await this.#pool.process(path);
    if (image.tagsError) this.#logger.warn(`The tags of an image could not be read: ${image.tagsError}`);
    return image;
  }

  ping(): Promise<void> {
    return this.#pool.ping();
  }

  /** Starts one worker without waiting for it: the readiness check waits for it, and the pool logs a failure. */
  onApplicationBootstrap(): void {
    void this.#pool.warm().catch(() => undefined);
  }

  /** Runs after the last response has been sent. */
  async onApplicationShutdown(): Promise<void> {
    await this.#pool.close();
  }
}
