import sharp, { type Metadata, type Sharp, type SharpOptions } from 'sharp';
import { ImageRefusedError } from '../image.ts';
import { toSrgb } from './colour-profile.ts';
import {
  damaged,
  type DecodedImage,
  MAX_PAGES,
  PREVIEW_EDGE,
  type RawPixels,
  tooLarge,
} from './decoded-image.ts';
import { FORMATS } from '../formats/formats.ts';
import type { SniffedFormat } from '../formats/sniff.ts';
import { completeJpeg } from './complete-jpeg.ts';

/**
 * The loaders of FORMATS, and those for JPEGs and TIFFs in memory, which complete-jpeg.ts and colour-profile.ts
 * need. SVG, PDF and gain maps (Ultra HDR) remain blocked.
 */
const LOADERS = [
  'JpegFile',
  'JpegBuffer',
  'PngFile',
  'WebpFile',
  'NsgifFile',
  'TiffFile',
  'TiffBuffer',
  'HeifFile',
];

/** Prepares sharp for untrusted files in the whole process: one thread, no cache, and only the required loaders. */
export function restrictSharp(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
}

/**
 * Decodes any format except HEIC and HEIF, once and directly to the size of the preview (a JPEG is scaled while it
 * is decoded).
 * @throws ImageRefusedError IMAGE_TOO_LARGE, based on the header alone; INVALID_IMAGE
 */
export async function decodeImage(
  path: string,
  format: SniffedFormat,
  maxPixels: number,
): Promise<DecodedImage> {
  // `error` refuses truncated files but accepts harmless deviations of cameras, such as stray bytes between the
  // segments of a JPEG, which `warning` would refuse.
  const options: SharpOptions = { failOn: 'error', limitInputPixels: maxPixels };
  try {
    return await decode(path, format, options);
  } catch (error) {
    const completed = format.extension === 'jpg' && isDamaged(error) ? await completeJpeg(path) : null;
    if (!completed) throw error;
    const [jpeg, ...probes] = completed;
    const image = await decode(jpeg, format, options);
    for (const probe of probes) {
      const { pixels } = await decode(probe, format, options);
      if (!pixels.data.equals(image.pixels.data)) throw error;
    }
    return image;
  }
}

async function decode(
  input: string | Buffer,
  format: SniffedFormat,
  options: SharpOptions,
): Promise<DecodedImage> {
  const metadata = await sharp(input, options).metadata().catch(refuse);
  if (metadata.format !== FORMATS[format.extension].sharpName) throw damaged();
  if ((metadata.pages ?? 1) > MAX_PAGES) throw tooLarge();
  const profile = profileToApplyLater(metadata);
  const image = sharp(input, { ...options, ignoreIcc: profile !== null }).autoOrient();
  const pixels = await toPreviewSize(image).catch(refuse);
  return {
    pixels: profile ? await toSrgb(pixels, profile).catch(refuse) : pixels,
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    exif: metadata.exif ?? null,
    iptc: metadata.iptc ?? metadata.tifftagPhotoshop ?? null,
    xmp: metadata.xmp ?? null,
  };
}

/**
 * Returns the ICC profile if colours can be converted after scaling, which takes 50 ms instead of 180 ms for a
 * phone's 12 megapixels. Returns null otherwise: the colours of a 16-bit image are converted before it is reduced
 * to 8 bits.
 */
function profileToApplyLater({ icc, space, depth }: Metadata): Buffer | null {
  return icc && space === 'srgb' && depth === 'uchar' ? icc : null;
}

/** Scales an image down to PREVIEW_EDGE, never up, and returns sRGB pixels. Drops a fully opaque alpha channel. */
export async function toPreviewSize(image: Sharp): Promise<RawPixels> {
  const { data, info } = await image
    .resize(PREVIEW_EDGE, PREVIEW_EDGE, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const pixels = { data, width: info.width, height: info.height };
  if (info.channels === 3) return { ...pixels, channels: 3 };
  if (info.channels === 4 && !isOpaque(data)) return { ...pixels, channels: 4 };
  const opaque = await sharp(data, { raw: info }).removeAlpha().toColourspace('srgb').raw().toBuffer();
  return { ...pixels, data: opaque, channels: 3 };
}

function isOpaque(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 0xff) return false;
  return true;
}

function isDamaged(error: unknown): boolean {
  return error instanceof ImageRefusedError && error.code === 'INVALID_IMAGE';
}

/** libvips reports the cause of an error only in the text of its message. */
function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  throw /pixel limit|too large|too big|exceeds/i.test(message) ? tooLarge() : damaged();
}
