import { ImageRefusedError } from '../image.ts';

/** Pixels with 8 bits per channel, top row first, without padding: sRGB (3 channels) and straight alpha (4). */
export interface RawPixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** The result of decoding a file once. */
export interface DecodedImage {
  /** Upright, with at most PREVIEW_EDGE pixels on the longer side. */
  pixels: RawPixels;
  /** Width of the displayed image at full size, in pixels. */
  width: number;
  /** Height of the displayed image at full size, in pixels. */
  height: number;
  /** The EXIF block of the container; null for a TIFF, which is an EXIF block itself. */
  exif: Buffer | null;
  iptc: Buffer | null;
  xmp: Buffer | null;
}

/** Frames of an animation or pages of a TIFF. Only the first is shown, but decoders traverse all of them. */
export const MAX_PAGES = 10_000;

/** Maximum length of the longer side of a preview, in pixels. */
export const PREVIEW_EDGE = 2048;

export function tooLarge(): ImageRefusedError {
  return new ImageRefusedError('IMAGE_TOO_LARGE', 'The image has more pixels than this service accepts.');
}

export function damaged(): ImageRefusedError {
  return new ImageRefusedError(
    'INVALID_IMAGE',
    'The file is damaged or incomplete, so the image cannot be decoded.',
  );
}
