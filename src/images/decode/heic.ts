import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { displayP3Profile, toSrgb } from './colour-profile.ts';
import { toPreviewSize } from './decode.ts';
import { damaged, type DecodedImage, type RawPixels, tooLarge } from './decoded-image.ts';
import { HeifFile } from './heif-file.ts';

/** ITU-T H.273: the primaries of Display P3. */
const P3_PRIMARIES = 12;

/**
 * Decodes the primary picture of a HEIC or HEIF file, which sharp's libheif has no decoder for. libheif turns and mirrors it
 * as its container says, so that an orientation in its EXIF is a description and not applied again (ISO/IEC 23008-12, A.4).
 * A picture in the HDR transfer functions PQ or HLG comes out pale: it is not mapped to the range of a screen.
 * @throws ImageRefusedError IMAGE_TOO_LARGE, from the header alone; UNSUPPORTED_FORMAT; INVALID_IMAGE
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

/** Colours are converted at the preview's size: a quarter of the work at 12 megapixels. */
async function convert(
  pixels: RawPixels,
  profile: Buffer | null,
  primaries: number | null,
): Promise<RawPixels> {
  if (profile) return toSrgb(pixels, profile);
  return primaries === P3_PRIMARIES ? toSrgb(pixels, await displayP3Profile()) : pixels;
}
