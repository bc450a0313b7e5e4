import { ALL_ENTRIES, type ReadBytes, readDirectory, readHeader } from '../container/tiff-directory.ts';

/** Tags of TIFF 6.0, TIFF/EP (ISO 12234-2) and DNG 1.7 that distinguish a RAW from an ordinary image. */
const TAG = {
  newSubfileType: 254,
  photometricInterpretation: 262,
  subIfds: 330,
  tiffEpStandardId: 37_398,
  dngVersion: 50_706,
};
/** Colour filter array, linear raw. */
const RAW_PHOTOMETRIC = new Set([32_803, 34_892]);
const SHORT = 3;
/** A CR2 file has these bytes after its header. */
const CANON = Buffer.from('CR');

/**
 * Whether a file with a TIFF header is a camera RAW. The first directory of a RAW is a small preview, which a TIFF
 * decoder would mistake for the photo.
 */
export async function isCameraRaw(read: ReadBytes): Promise<boolean> {
  const header = await readHeader(read);
  // Cameras do not write 64-bit offsets.
  if (!header || header.layout.isBig) return false;
  if ((await read(8, 2)).equals(CANON)) return true;

  const { layout, first } = header;
  const { entries } = await readDirectory(read, layout, first, ALL_ENTRIES);
  const tags = new Map<number, number>();
  for (const { tag, type, field } of entries) {
    tags.set(tag, type === SHORT ? layout.u16(field, 0) : layout.u32(field, 0));
  }
  const isPreview = ((tags.get(TAG.newSubfileType) ?? 0) & 1) === 1;
  return (
    tags.has(TAG.dngVersion) ||
    tags.has(TAG.tiffEpStandardId) ||
    RAW_PHOTOMETRIC.has(tags.get(TAG.photometricInterpretation) ?? 0) ||
    (isPreview && tags.has(TAG.subIfds))
  );
}
