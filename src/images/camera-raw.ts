/** Tags of TIFF 6.0, TIFF/EP (ISO 12234-2) and DNG 1.7 that tell a RAW from a picture. */
const TAG = {
  newSubfileType: 254,
  photometricInterpretation: 262,
  subIfds: 330,
  tiffEpStandardId: 37_398,
  dngVersion: 50_706,
};
/** Colour filter array, linear raw. */
const RAW_PHOTOMETRIC = new Set([32_803, 34_892]);
const ENTRY_BYTES = 12;
const SHORT = 3;

/**
 * Whether a file that starts as a TIFF is a camera's RAW: its first directory then is a small preview, and a decoder of TIFF
 * would take that for the photo. `read` gives up to that many of the file's bytes.
 */
export async function isCameraRaw(
  head: Buffer,
  read: (offset: number, length: number) => Promise<Buffer>,
): Promise<boolean> {
  if (head.length < 8) return false;
  const little = head[0] === 0x49;
  const u16 = (buffer: Buffer, at: number) => (little ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at));
  const u32 = (buffer: Buffer, at: number) => (little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at));
  if (u16(head, 2) !== 42) return false;
  if (head.toString('latin1', 8, 10) === 'CR') return true;

  const directory = u32(head, 4);
  const count = await read(directory, 2);
  if (count.length < 2) return false;
  const entries = await read(directory + 2, u16(count, 0) * ENTRY_BYTES);
  const tags = new Map<number, number>();
  for (let at = 0; at + ENTRY_BYTES <= entries.length; at += ENTRY_BYTES) {
    tags.set(u16(entries, at), u16(entries, at + 2) === SHORT ? u16(entries, at + 8) : u32(entries, at + 8));
  }
  const isPreview = ((tags.get(TAG.newSubfileType) ?? 0) & 1) === 1;
  return (
    tags.has(TAG.dngVersion) ||
    tags.has(TAG.tiffEpStandardId) ||
    RAW_PHOTOMETRIC.has(tags.get(TAG.photometricInterpretation) ?? 0) ||
    (isPreview && tags.has(TAG.subIfds))
  );
}
