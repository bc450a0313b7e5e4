import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ImageRefusedError, type ProcessedImage, type Rendition } from '../../src/images/image.ts';
import { WorkerPool } from '../../src/images/worker/worker-pool.ts';

const MAX_PIXELS = 256_000_000;
const MAX_RSS_BYTES = 1536 * 1024 ** 2;
/** The time limit for a file of a few kilobytes, on a machine that also does other work. */
const OUTCOME_MS = 15_000;
const CODES = new Set(['EMPTY_FILE', 'UNSUPPORTED_FORMAT', 'INVALID_IMAGE', 'IMAGE_TOO_LARGE']);
/** Runs for the median of timeGood. */
const GOOD_RUNS = 15;

/** The worker pool of the service, with assertions about everything that it returns. */
export class PhotoPool implements AsyncDisposable {
  readonly #pool: WorkerPool;
  readonly #path: string;
  readonly #goodPath: string;
  /** Log messages about workers that died. */
  readonly #warnings: string[] = [];

  private constructor(folder: string) {
    this.#path = join(folder, 'file');
    this.#goodPath = join(folder, 'good');
    this.#pool = new WorkerPool({
      size: 1,
      maxPixels: MAX_PIXELS,
      maxRssBytes: MAX_RSS_BYTES,
      startTimeoutMs: 90_000,
      jobTimeoutMs: OUTCOME_MS,
      idleMs: 60_000,
      warn: (message) => this.#warnings.push(message),
    });
  }

  static async open(folder: string): Promise<PhotoPool> {
    const pool = new PhotoPool(folder);
    const teal = { create: { width: 640, height: 480, channels: 3, background: 'teal' } } as const;
    await sharp(teal).jpeg().toFile(pool.#goodPath);
    return pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }

  /** @throws Error if the seed is refused or its renditions are wrong. */
  async expectPhoto(name: string, bytes: Buffer): Promise<void> {
    await writeFile(this.#path, bytes);
    const image = await this.#pool.process(this.#path).catch((error: unknown) => {
      throw new Error(`The seed ${name} was refused.`, { cause: error });
    });
    await expectRenditions(image);
  }

  /**
   * Processes a file and returns its format, or the code of its refusal.
   * @throws Error if there is neither, if the renditions are wrong, or if a worker died or exceeded the time limit.
   */
  async expectOutcome(bytes: Buffer): Promise<string> {
    await writeFile(this.#path, bytes);
    const outcome = await this.#pool.process(this.#path).catch((error: unknown) => {
      if (error instanceof ImageRefusedError) return error;
      throw error;
    });
    const died = this.#warnings.splice(0);
    if (died.length > 0) throw new Error(`A worker died: ${died.join(' ')}`);
    if (outcome instanceof ImageRefusedError) {
      if (!CODES.has(outcome.code) || /[/\\]/.test(outcome.message)) throw outcome;
      return outcome.code;
    }
    await expectRenditions(outcome);
    return outcome.format.extension;
  }

  /** Returns the time that a valid image takes, as the median of several runs in milliseconds. */
  async timeGood(): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < GOOD_RUNS; n += 1) {
      const start = performance.now();
      await this.#pool.process(this.#goodPath);
      times.push(performance.now() - start);
    }
    return times.toSorted((one, other) => one - other)[Math.floor(GOOD_RUNS / 2)] ?? Infinity;
  }

  /** @throws Error if a valid image takes much longer after a run than before it. Times are in milliseconds. */
  expectAsFast(before: number, after: number): void {
    if (after > before * 4 + 200)
      throw new Error(`A valid image took ${before} ms before the run and ${after} ms after it.`);
  }
}

async function expectRenditions({
  width,
  height,
  thumbhash,
  thumbnail,
  preview,
}: ProcessedImage): Promise<void> {
  if (!(width >= 1 && height >= 1 && width * height <= MAX_PIXELS))
    throw new Error(`The image has an impossible size of ${width} x ${height} pixels.`);
  if (thumbhash.length < 5 || thumbhash.length > 40)
    throw new Error(`The thumbhash "${thumbhash}" has a wrong length.`);
  await expectRendition(thumbnail, 400);
  await expectRendition(preview, 2048);
}

async function expectRendition(made: Rendition, edge: number): Promise<void> {
  const { info } = await sharp(made.bytes, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  const isValid =
    info.width === made.width && info.height === made.height && Math.max(made.width, made.height) <= edge;
  if (!isValid) {
    throw new Error(
      `A rendition of ${info.width} x ${info.height} pixels declares ${made.width} x ${made.height}; the limit is ${edge}.`,
    );
  }
}
