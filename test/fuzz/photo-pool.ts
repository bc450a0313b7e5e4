import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { ImageRefusedError, type ProcessedImage, type Rendition } from '../../src/images/image.ts';
import { WorkerPool } from '../../src/images/worker/worker-pool.ts';

const MAX_PIXELS = 256_000_000;
const MAX_RSS_BYTES = 1536 * 1024 ** 2;
/** What a file of some kilobytes may take, on a machine with other work. */
const OUTCOME_MS = 15_000;
const CODES = new Set(['EMPTY_FILE', 'UNSUPPORTED_FORMAT', 'INVALID_IMAGE', 'IMAGE_TOO_LARGE']);
const GOOD_FILES = 15;

/** The product's workers, and what has to hold of all that comes out of them. */
export class PhotoPool implements AsyncDisposable {
  readonly #pool: WorkerPool;
  readonly #path: string;
  readonly #goodPath: string;
  /** What the log would say of workers that died. */
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

  async expectPhoto(name: string, bytes: Buffer): Promise<void> {
    await writeFile(this.#path, bytes);
    const image = await this.#pool.process(this.#path).catch((error: unknown) => {
      throw new Error(`The seed ${name} is no photo.`, { cause: error });
    });
    await expectRenditions(image);
  }

  /** A photo with its renditions or a refusal, in its time and by a worker that lives; gives the format or the code. */
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

  /** Milliseconds that a good picture takes: the median of some. */
  async timeGood(): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < GOOD_FILES; n += 1) {
      const begun = performance.now();
      await this.#pool.process(this.#goodPath);
      times.push(performance.now() - begun);
    }
    return times.toSorted((one, other) => one - other)[Math.floor(GOOD_FILES / 2)] ?? Infinity;
  }

  expectAsFast(before: number, after: number): void {
    if (after > before * 4 + 200)
      throw new Error(`A good picture took ${before} ms before and ${after} ms after.`);
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
    throw new Error(`${width} x ${height} pixels`);
  if (thumbhash.length < 5 || thumbhash.length > 40) throw new Error(`The thumbhash ${thumbhash}`);
  await expectRendition(thumbnail, 400);
  await expectRendition(preview, 2048);
}

async function expectRendition(made: Rendition, edge: number): Promise<void> {
  const { info } = await sharp(made.bytes, { failOn: 'warning' }).raw().toBuffer({ resolveWithObject: true });
  const isSo =
    info.width === made.width && info.height === made.height && Math.max(made.width, made.height) <= edge;
  if (!isSo) throw new Error(`${info.width} x ${info.height} pixels, and not ${made.width} x ${made.height}`);
}
