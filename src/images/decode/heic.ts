import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { displayP3Profile, toSrgb } from './colour-profile.ts';
import { toPreviewSize } from './decode.ts';
import { damaged, type DecodedImage, type RawPixels, tooLarge } from './decoded-image.ts';
import { HeifFile } from './heif-file.ts';

/** The primaries of Display P3 in ITU-T H.273. */
const P3_PRIMARIES = 12;

/**
 * Decodes the primary image of a HEIC or HEIF file, for which sharp's libheif has no decoder. libheif rotates and
 * mirrors the image as specified by the container, so the EXIF orientation is only informative and is not applied
 * again (ISO/IEC 23008-12, A.4). An image with an HDR transfer function (PQ or HLG) looks pale, because its tones
 * are not mapped to the range of a screen.
 * @throws ImageRefusedError IMAGE_TOO_LARGE, based on the header alone; UNSUPPORTED_FORMAT; INVALID_IMAGE
 */
export async function decodeHeic(path: string, maxPixels: number): Promise<DecodedImage> {
  const file = new HeifFile(await readFile(path), maxPixels);
  const { width, height } = file;
  if (width * height > maxPixels) throw tooLarge();
  if (width === 0 || height === 0) throw damaged();
  const decoded = file.decode();
  const { exif, xmp, iccProfile } = file;
  const primaries = iccProfile ? null : file.primaries;
  const pixels = await toPreviewSize(sharp(decoded.data, { raw: decoded, limitInputPixels: maxPixels }));
  return { pixels: await convert(pixels, iccProfile, primaries), width, height, exif, iptc: null, xmp };
}

/** Converts colours at the size of the preview, which is a quarter of the work for 12 megapixels. */
async function convert(
  pixels: RawPixels,
  profile: Buffer | null,
  primaries: number | null,
): Promise<RawPixels> {
  if (profile) return toSrgb(pixels, profile);
  return primaries === P3_PRIMARIES ? toSrgb(pixels, await displayP3Profile()) : pixels;
}
