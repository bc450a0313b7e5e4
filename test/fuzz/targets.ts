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

/** One property of what is read, for any input. `path` goes straight to an input that fast-check has found and named. */
export type Target = (options: { runs: number; seed: number; path?: string }) => Promise<Outcomes>;

/** How many inputs had which outcome: a run in which all had the same has tried little. */
export type Outcomes = Record<string, number>;

/** Far above what any of it takes, also on a machine with other work, and far below a hang. */
const SNIFF_MS = 1000;
const TAGS_MS = 2000;
const MAX_METADATA_BYTES = 64 * 1024;

export const TARGETS: Record<string, Target> = { sniff: fuzzSniff, tags: fuzzTags, photo: fuzzPhoto };

/** Any bytes have a format or a refusal of its kind. */
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

/** Any block of EXIF, IPTC or XMP gives facts that can be kept. */
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

/** Any file is a photo with all that is shown of it, or a refusal of its kind; and the next is answered as before. */
async function fuzzPhoto({ runs, ...replay }: Parameters<Target>[0]): Promise<Outcomes> {
  const outcomes: Outcomes = {};
  const seeds = await makeSeeds();
  await inFolder(async (folder) => {
    await using pool = await PhotoPool.open(folder);
    for (const { name, bytes } of seeds) await pool.expectPhoto(name, bytes);
    const before = await pool.timeGood();
    const files = fc
      .tuple(mutated(seeds.map((seed) => seed.bytes)), fc.boolean())
      .map(([file, mend]) => (mend && file.toString('latin1', 1, 4) === 'PNG' ? withChecksums(file) : file));
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

/** Fails where work takes longer each time it is tried: once, a collection of garbage may have come between. */
async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    const begun = performance.now();
    const result = await work();
    const taken = performance.now() - begun;
    if (taken <= ms) return result;
    if (tries === 3) throw new Error(`It took ${Math.round(taken)} ms.`);
  }
}

/** Facts as the database and the API take them. */
function expectFacts({ clock, gpsTime, camera, location, metadata }: CaptureFacts, now: Date): void {
  const latest = now.getTime() + 86_400_000;
  for (const date of [clock?.local, gpsTime]) {
    if (date && !(date.getTime() > Date.UTC(1825, 0) && date.getTime() <= latest))
      throw new Error(`A date: ${date.getTime()}`);
  }
  if (location && !(Math.abs(location.latitude) <= 90 && Math.abs(location.longitude) <= 180)) {
    throw new Error(`A position: ${JSON.stringify(location)}`);
  }
  const json = JSON.stringify({ camera, metadata });
  if (Buffer.byteLength(json) > MAX_METADATA_BYTES + 4096)
    throw new Error(`${json.length} characters of metadata`);
  if (json.includes(String.raw`\u0000`) || !json.isWellFormed())
    throw new Error('Text that no database takes');
  const numbers = [camera?.iso, camera?.aperture, camera?.focalLength, location?.altitude];
  if (numbers.some((number) => number != null && !Number.isFinite(number))) throw new Error(json);
}
