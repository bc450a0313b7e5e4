import sharp from 'sharp';
import type { ProcessedImage } from '../image.ts';

/** What was made of a photo can be shown, and is as large as it says. */
export async function expectWhole({ width, height, thumbnail, preview }: ProcessedImage): Promise<void> {
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
