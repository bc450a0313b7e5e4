import { ImageRefusedError } from './image.ts';

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
  /** A TIFF structure and an XMP packet, for the formats whose container has been opened here. */
  exif: Buffer | null;
  xmp: Buffer | null;
}

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
