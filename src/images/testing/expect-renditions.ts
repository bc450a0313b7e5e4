import sharp from 'sharp';
import type { ProcessedImage } from '../image.ts';

/** Asserts that the renditions of an image can be decoded and have the declared and expected sizes. */
export async function expectRenditions({ width, height, thumbnail, preview }: ProcessedImage): Promise<void> {
  for (const [made, edge] of [
    [thumbnail, 400],
    [preview, 2048],
  ] as const) {
    const { info } = await sharp(made.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([made.width, made.height]);
    const scale = Math.min(1, edge / Math.max(width, height));
    expect(Math.abs(made.width - Math.max(1, width * scale))).toBeLessThanOrEqual(1);
    expect(Math.abs(made.height - Math.max(1, height * scale))).toBeLessThanOrEqual(1);
  }
}
