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
import { endJpeg } from './unended-jpeg.ts';

/**
 * The loaders that FORMATS needs, the JPEG in memory of unended-jpeg.ts and the TIFF of colour-profile.ts. Not SVG, PDF, or gain
 * maps (Ultra HDR).
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

/** Makes sharp, in the whole process, fit for strangers' files: one thread, no cache, no loader but those needed. */
export function restrictSharp(): void {
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
}

/**
 * Decodes any format but HEIC, once, straight to the size of the preview (a JPEG is scaled while it is decoded).
 * @throws ImageRefusedError IMAGE_TOO_LARGE, from the header alone; INVALID_IMAGE
 */
export async function decodeImage(
  path: string,
  format: SniffedFormat,
  maxPixels: number,
): Promise<DecodedImage> {
  // `error` refuses what is cut short and lets a camera's harmless slips pass, such as stray bytes between a JPEG's
  // segments, which `warning` would refuse.
  const options: SharpOptions = { failOn: 'error', limitInputPixels: maxPixels };
  try {
    return await decode(path, format, options);
  } catch (error) {
    const endings = format.extension === 'jpg' && isDamaged(error) ? await endJpeg(path) : null;
    if (!endings) throw error;
    const [picture, ...proofs] = endings;
    const image = await decode(picture, format, options);
    for (const proof of proofs) {
      const { pixels } = await decode(proof, format, options);
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

/** Colours are converted after the scaling, a phone's 12 megapixels in 50 ms and not in 180; but not in the 8 bits left of 16. */
function profileToApplyLater({ icc, space, depth }: Metadata): Buffer | null {
  return icc && space === 'srgb' && depth === 'uchar' ? icc : null;
}

/** sRGB pixels that fit PREVIEW_EDGE, never enlarged; an alpha channel that hides nothing is dropped. */
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

/** libvips tells what is wrong in words alone. */
function refuse(error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  throw /pixel limit|too large|too big|exceeds/i.test(message) ? tooLarge() : damaged();
}
