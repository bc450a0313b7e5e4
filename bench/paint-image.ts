import sharp from 'sharp';

const NOISE = 1 << 20;

/**
 * Returns a generator of numbers in [0, 1). The same seed produces the same sequence (Tommy Ettinger's Mulberry32).
 */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Generates an image of gradients at three scales and sensor noise. As a JPEG it has about the size, and therefore
 * the decoding cost, of a photo taken by a phone.
 * @param seed the same seed produces the same image
 * @returns RGB, 8 bits per channel
 */
export async function paintImage(seed: number, width: number, height: number): Promise<Buffer> {
  const random = mulberry32(seed + 1);
  const field = (columns: number, rows: number) => paintField(random, columns, rows, width, height);
  const gradients = await field(12, 9);
  const shapes = await field(160, 120);
  const texture = await field(1008, 756);
  const noise = Int8Array.from(
    { length: NOISE },
    () => (random() + random() + random() - 1.5) * 2 * 127 * 0.33,
  );
  const strength = 0.09 + 0.05 * random();
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    let from = Math.floor(random() * NOISE);
    for (let x = 0; x < width; x += 1) {
      const grain = (noise[(from = (from + 1) & (NOISE - 1))] ?? 0) * strength;
      for (let channel = 0; channel < 3; channel += 1, at += 1) {
        const light = (gradients[at] ?? 0) * 0.7 + (shapes[at] ?? 0) * 0.2 + (texture[at] ?? 0) * 0.1;
        pixels[at] = Math.max(0, Math.min(255, light + grain));
      }
    }
  }
  return pixels;
}

/** Interpolates between random colours on a grid. */
async function paintField(
  random: () => number,
  columns: number,
  rows: number,
  width: number,
  height: number,
): Promise<Buffer> {
  const grid = Buffer.from(Uint8Array.from({ length: columns * rows * 3 }, () => random() * 256));
  return sharp(grid, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
}
