import sharp from 'sharp';
import type { RawPixels } from './decoded-image.ts';

/** TIFF 6.0 field types. */
const SHORT = 3;
const LONG = 4;
const UNDEFINED = 7;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 12;

let displayP3: Promise<Buffer> | undefined;

/** Returns the Display P3 ICC profile that is built into sharp. */
export function displayP3Profile(): Promise<Buffer> {
  displayP3 ??= profileOf('p3');
  return displayP3;
}

async function profileOf(name: string): Promise<Buffer> {
  const black = { create: { width: 1, height: 1, channels: 3, background: 'black' } } as const;
  const { data } = await sharp(black).withIccProfile(name).tiff().toBuffer({ resolveWithObject: true });
  const { icc } = await sharp(data).metadata();
  if (!icc) throw new Error(`sharp has no built-in profile named ${name}.`);
  return icc;
}

/**
 * Converts pixels from the colour space of an ICC profile to sRGB. sharp accepts a profile only inside a file, not
 * with raw pixels, so the pixels are passed to it as an uncompressed TIFF. Returns the pixels unchanged if the
 * profile cannot be used.
 */
export async function toSrgb(pixels: RawPixels, profile: Buffer): Promise<RawPixels> {
  // "RGB " at byte 16 is the data colour space (ICC.1:2022, 7.2.8).
  if (profile.toString('latin1', 16, 20) !== 'RGB ') return pixels;
  const { data, info } = await sharp(tiff(pixels, profile), { limitInputPixels: false })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return info.channels === pixels.channels ? { ...pixels, data } : pixels;
}

function tiff({ data, width, height, channels }: RawPixels, profile: Buffer): Buffer {
  const bitsPerSample = Buffer.alloc(channels * 2);
  for (let channel = 0; channel < channels; channel += 1) bitsPerSample.writeUInt16LE(8, channel * 2);
  const count = channels === 4 ? 11 : 10;
  const bitsAt = HEADER_BYTES + 2 + count * ENTRY_BYTES + 4;
  const profileAt = bitsAt + bitsPerSample.length;
  const pixelsAt = profileAt + profile.length + (profile.length % 2);
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    [258, SHORT, channels, bitsAt],
    [259, SHORT, 1, 1], // no compression
    [262, SHORT, 1, 2], // RGB
    [273, LONG, 1, pixelsAt], // one strip
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, data.length],
  ];
  if (channels === 4) entries.push([338, SHORT, 1, 2]); // straight alpha
  entries.push([34_675, UNDEFINED, profile.length, profileAt]);
  const header = Buffer.alloc(pixelsAt);
  header.write('II*\0', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES, 4);
  header.writeUInt16LE(entries.length, HEADER_BYTES);
  entries.forEach(([tag, type, values, value], index) => {
    const at = HEADER_BYTES + 2 + index * ENTRY_BYTES;
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(values, at + 4);
    header.writeUInt32LE(value, at + 8);
  });
  bitsPerSample.copy(header, bitsAt);
  profile.copy(header, profileAt);
  return Buffer.concat([header, data]);
}
