import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { exifBlock, readEmbeddedTags } from '../../src/images/tags/embedded-tags.ts';
import { ImageRefusedError, type CaptureFacts } from '../../src/images/image.ts';
import { toCaptureFacts } from '../../src/images/tags/capture-facts.ts';
import { sniff, sniffFile } from '../../src/images/formats/sniff.ts';
import { tiff } from '../../src/images/testing/tiff.ts';
import { mutate, mutations } from './mutations.ts';
import { PhotoPool } from './photo-pool.ts';
import { cameraExif, IPTC, makeSeeds, PACKET, withChecksums } from './seeds.ts';
import { exifBlocks } from './tag-blocks.ts';

/**
 * Checks one property with generated inputs and returns their outcomes. `path` repeats only the input that
 * fast-check reported under this name.
 * @throws Error if the property does not hold for an input.
 */
export type Target = (options: { runs: number; seed: number; path?: string }) => Promise<Outcomes>;

/** The number of inputs by outcome. A run in which all inputs have the same outcome has tested little. */
export type Outcomes = Record<string, number>;

/** Much longer than the work takes, even on a machine that also does other work, and much shorter than a hang. */
const SNIFF_MS = 1000;
const TAGS_MS = 2000;
const MAX_METADATA_BYTES = 64 * 1024;

export const TARGETS: Record<string, Target> = { sniff: fuzzSniff, tags: fuzzTags, photo: fuzzPhoto };

/** Any bytes have a format or are refused with an allowed code. */
async function fuzzSniff({ runs, ...replay }: Parameters<Target>[0]): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const seeds = await makeSeeds();
  const bytes = fc.oneof(
    { weight: 3, arbitrary: mutated(seeds.map((seed) => seed.bytes)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 256 }).map((any) => Buffer.from(any)) },
    { weight: 1, arbitrary: exifBlocks.map((block) => tiff(block)) },
  );
  await inFolder(async (folder) => {
    const path = join(folder, 'file');
    const property = fc.asyncProperty(bytes, async (file) => {
      await writeFile(path, file);
      const format = sniff(file);
      const refused = await within(SNIFF_MS, () => sniffFile(path).then(() => null, refusal));
      if (refused) expectCode(refused, ['EMPTY_FILE', 'UNSUPPORTED_FORMAT']);
      count(outcomes, refused?.code ?? String(format));
    });
    await fc.assert(property, { numRuns: runs, ...replay });
  });
  return outcomes;
}

/** Any EXIF, IPTC and XMP blocks yield facts that can be stored. */
async function fuzzTags({ runs, ...replay }: Parameters<Target>[0]): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const exif = fc.oneof(
    { weight: 3, arbitrary: exifBlocks.map((block) => tiff(block)) },
    { weight: 2, arbitrary: mutated([cameraExif(true), cameraExif(false)]) },
  );
  const blocks = fc.record({
    exif: fc.option(exif, { freq: 9 }),
    iptc: fc.option(mutated([IPTC]), { freq: 2 }),
    xmp: fc.option(mutated([Buffer.from(PACKET)]), { freq: 2 }),
  });
  const now = new Date('2026-06-01T12:00:00Z');
  const property = fc.asyncProperty(blocks, async ({ exif, iptc, xmp }) => {
    const facts = await within(TAGS_MS, async () =>
      toCaptureFacts(await readEmbeddedTags({ exif: exif && exifBlock(exif), iptc, xmp }), now),
    );
    expectFacts(facts, now);
    for (const name of ['clock', 'gpsTime', 'camera', 'location'] as const)
      if (facts[name]) count(outcomes, name);
    if (Object.keys(facts.metadata).length === 0) count(outcomes, 'nothing');
  });
  await fc.assert(property, { numRuns: runs, ...replay });
  return outcomes;
}

/** Any file yields a photo with renditions or is refused with an allowed code. It does not affect the next file. */
async function fuzzPhoto({ runs, ...replay }: Parameters<Target>[0]): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const seeds = await makeSeeds();
  await inFolder(async (folder) => {
    await using pool = await PhotoPool.open(folder);
    for (const { name, bytes } of seeds) await pool.expectPhoto(name, bytes);
    const before = await pool.timeGood();
    const files = fc
      .tuple(mutated(seeds.map((seed) => seed.bytes)), fc.boolean())
      .map(([file, fixChecksums]) =>
        fixChecksums && file.toString('latin1', 1, 4) === 'PNG' ? withChecksums(file) : file,
      );
    await fc.assert(
      fc.asyncProperty(files, async (file) => count(outcomes, await pool.expectOutcome(file))),
      { numRuns: runs, ...replay },
    );
    pool.expectAsFast(before, await pool.timeGood());
  });
  return outcomes;
}

function count(outcomes: Outcomes, outcome: string): void {
  outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
}

function mutated(files: Buffer[]): fc.Arbitrary<Buffer> {
  const file = fc.constantFrom(...files);
  return fc.tuple(file, mutations, file).map(([file, changes, donor]) => mutate(file, changes, donor));
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function refusal(error: unknown): ImageRefusedError {
  if (error instanceof ImageRefusedError) return error;
  throw error;
}

function expectCode({ code, message }: ImageRefusedError, codes: string[]): void {
  if (!codes.includes(code) || message === '') throw new Error(`Refused with ${code}: ${message}`);
}

/** Throws if `work` exceeds `ms` three times in a row. A single time may be due to garbage collection. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const start = performance.now();
    const result = await work();
    const taken = performance.now() - start;
    if (taken <= ms) return result;
    if (tries === 3) throw new Error(`The work took ${Math.round(taken)} ms; the limit is ${ms} ms.`);
  }
}

/** @throws Error if the database or the API would not accept the facts. */
function expectFacts({ clock, gpsTime, camera, location, metadata }: CaptureFacts, now: Date): void {
  const latest = now.getTime() + 86_400_000;
  for (const date of [clock?.local, gpsTime]) {
    if (date && !(date.getTime() > Date.UTC(1825, 0) && date.getTime() <= latest))
      throw new Error(`A date is out of range: ${date.getTime()}`);
  }
  if (location && !(Math.abs(location.latitude) <= 90 && Math.abs(location.longitude) <= 180)) {
    throw new Error(`A location is out of range: ${JSON.stringify(location)}`);
  }
  const json = JSON.stringify({ camera, metadata });
  if (Buffer.byteLength(json) > MAX_METADATA_BYTES + 4096)
    throw new Error(`The metadata is too long: ${json.length} characters`);
  if (json.includes(String.raw`\u0000`) || !json.isWellFormed())
    throw new Error(`A database would not accept the text: ${json}`);
  const numbers = [camera?.iso, camera?.aperture, camera?.focalLength, location?.altitude];
  if (numbers.some((number) => number != null && !Number.isFinite(number)))
    throw new Error(`A number is not finite: ${numbers.join(', ')}`);
}
