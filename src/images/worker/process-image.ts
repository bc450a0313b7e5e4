import { open } from 'node:fs/promises';
import type { CaptureFacts, ProcessedImage } from '../image.ts';
import { toCaptureFacts } from '../tags/capture-facts.ts';
import { decodeImage } from '../decode/decode.ts';
import type { DecodedImage } from '../decode/decoded-image.ts';
import { exifBlock, readEmbeddedTags, type TagBlocks } from '../tags/embedded-tags.ts';
import { decodeHeic } from '../decode/heic.ts';
import { checkHeif } from '../decode/heif-bounds.ts';
import { readAt } from '../container/read-at.ts';
import { makeRenditions } from '../renditions/renditions.ts';
import { type Extension, FORMATS } from '../formats/formats.ts';
import { sniffFile, type SniffedFormat } from '../formats/sniff.ts';
import { checkTiff } from '../decode/tiff-bounds.ts';
import { checkWebp } from '../decode/webp-bounds.ts';

/** What is looked at before a decoder is let at a file: it would be busy with these for minutes. */
const CHECKS: Partial<Record<Extension, (path: string) => Promise<void>>> = {
  tif: checkTiff,
  webp: checkWebp,
  avif: checkHeif,
  heic: checkHeif,
  heif: checkHeif,
};

const NO_FACTS: CaptureFacts = { clock: null, gpsTime: null, camera: null, location: null, metadata: {} };

/**
 * Does all that is done with a file's content, in the process that calls it: for a worker, never for the server.
 * @throws ImageRefusedError when it is not a photo, or one of more than `maxPixels`; the file system's error.
 */
export async function processImage(path: string, maxPixels: number): Promise<ProcessedImage> {
  const format = await sniffFile(path);
  await CHECKS[format.extension]?.(path);
  const { sharpName } = FORMATS[format.extension];
  const image = sharpName ? await decodeImage(path, format, maxPixels) : await decodeHeic(path, maxPixels);
  const renditions = await makeRenditions(image.pixels);
  const capture = await readCapture(path, format, image).catch(() => NO_FACTS);
  return { format, width: image.width, height: image.height, ...renditions, capture };
}

/** Whatever is wrong with a file's tags, the picture is kept. */
async function readCapture(path: string, format: SniffedFormat, image: DecodedImage): Promise<CaptureFacts> {
  const { exif, iptc, xmp } = image;
  if (format.extension !== 'tif') return read({ exif: exif && exifBlock(exif), iptc, xmp });
  await using file = await open(path);
  return await read({ exif: (offset, length) => readAt(file, offset, length), iptc, xmp });
}

async function read(blocks: TagBlocks): Promise<CaptureFacts> {
  return toCaptureFacts(await readEmbeddedTags(blocks), new Date());
}
