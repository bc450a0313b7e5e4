import { open } from 'node:fs/promises';
import type { CaptureFacts, ProcessedImage } from '../image.ts';
import { toCaptureFacts } from '../tags/capture-facts.ts';
import { decodeImage } from '../decode/decode.ts';
import type { DecodedImage } from '../decode/decoded-image.ts';
import { exifBlock, readEmbeddedTags, type TagBlocks } from '../tags/embedded-tags.ts';
import { decodeHeic } from '../decode/heic.ts';
import { checkHeif } from '../decode/heif-limits.ts';
import { readAt } from '../container/read-at.ts';
import { makeRenditions } from '../renditions/renditions.ts';
import { type Extension, FORMATS } from '../formats/formats.ts';
import { sniffFile, type SniffedFormat } from '../formats/sniff.ts';
import { checkTiff } from '../decode/tiff-limits.ts';
import { checkWebp } from '../decode/webp-limits.ts';

/** Checks before decoding: a file that fails them would keep its decoder busy for minutes. */
const CHECKS: Partial<Record<Extension, (path: string) => Promise<void>>> = {
  tif: checkTiff,
  webp: checkWebp,
  avif: checkHeif,
  heic: checkHeif,
  heif: checkHeif,
};

const NO_FACTS: CaptureFacts = { clock: null, gpsTime: null, camera: null, location: null, metadata: {} };

/**
 * Derives everything from the content of the file at `path`. Does the work in the calling process, so only a worker
 * may call it, never the server.
 * @throws ImageRefusedError if the file cannot become a photo or has more than `maxPixels` pixels; the file
 * system's error if the file cannot be read.
 */
export async function processImage(path: string, maxPixels: number): Promise<ProcessedImage> {
  const format = await sniffFile(path);
  await CHECKS[format.extension]?.(path);
  const { sharpName } = FORMATS[format.extension];
  const image = sharpName ? await decodeImage(path, format, maxPixels) : await decodeHeic(path, maxPixels);
  const renditions = await makeRenditions(image.pixels);
  const tags = await readCapture(path, format, image).then(
    (capture) => ({ capture }),
    (error: unknown) => ({ capture: NO_FACTS, tagsError: String(error) }),
  );
  return { format, width: image.width, height: image.height, ...renditions, ...tags };
}

async function readCapture(path: string, format: SniffedFormat, image: DecodedImage): Promise<CaptureFacts> {
  const { exif, iptc, xmp } = image;
  if (format.extension !== 'tif') return readFacts({ exif: exif && exifBlock(exif), iptc, xmp });
  await using file = await open(path);
  return await readFacts({ exif: (offset, length) => readAt(file, offset, length), iptc, xmp });
}

async function readFacts(blocks: TagBlocks): Promise<CaptureFacts> {
  return toCaptureFacts(await readEmbeddedTags(blocks), new Date());
}
