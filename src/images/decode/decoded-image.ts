import { ImageRefusedError } from '../image.ts';

/** 8 bits a channel, rows from the top, no padding; 3 channels are sRGB, 4 are sRGB with straight alpha. */
export interface RawPixels {
  data: Buffer;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** What decoding a file once gives. */
export interface DecodedImage {
  /** Upright, and fits PREVIEW_EDGE. */
  pixels: RawPixels;
  /** Of the whole picture as displayed. */
  width: number;
  height: number;
  /** The blocks of tags that are in the container; a TIFF is its own block of EXIF, and has none here. */
  exif: Buffer | null;
  iptc: Buffer | null;
  xmp: Buffer | null;
}

/** Frames of an animation or pages of a TIFF: only the first is shown, but a container has to be walked through. */
export const MAX_PAGES = 10_000;

/** Pixels of the larger side of a preview at most. */
export const PREVIEW_EDGE = 2048;

export function tooLarge(): ImageRefusedError {
  return new ImageRefusedError('IMAGE_TOO_LARGE', 'The picture has more pixels than can be taken in here.');
}

export function damaged(): ImageRefusedError {
  return new ImageRefusedError(
    'INVALID_IMAGE',
    'The file is damaged or cut short: the picture cannot be read.',
  );
}
