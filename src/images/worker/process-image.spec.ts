import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { thumbHashToRGBA } from 'thumbhash';
import type { Rendition } from '../image.ts';
import { processImage } from './process-image.ts';
import { withSegment } from '../testing/containers.ts';

const RED = [220, 30, 30];
const GREEN = [30, 160, 30];
const BLUE = [30, 60, 220];
const WHITE = [255, 255, 255];
const UPRIGHT = { topLeft: RED, topRight: GREEN, bottomLeft: BLUE, bottomRight: WHITE };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'process-image-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Four coloured squares: red and green above blue and white. */
function squares(width: number, height: number): Sharp {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const left = x < width / 2;
      const above = y < height / 2;
      data.set(above ? (left ? RED : GREEN) : left ? BLUE : WHITE, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** The inverse of each EXIF orientation (TIFF 6.0, tag 274). */
const INVERSE: Record<number, (image: Sharp) => Sharp> = {
  1: (image) => image,
  2: (image) => image.flop(),
  3: (image) => image.rotate(180),
  4: (image) => image.flip(),
  5: (image) => image.rotate(270).flop(),
  6: (image) => image.rotate(270),
  7: (image) => image.rotate(90).flop(),
  8: (image) => image.rotate(90),
};

/** The squares, rotated or mirrored so that the EXIF `orientation` makes them upright. */
async function orientedSquares(width: number, height: number, orientation: number): Promise<Sharp> {
  const upright = await squares(width, height).png().toBuffer();
  const stored = await INVERSE[orientation]?.(sharp(upright)).png().toBuffer();
  return sharp(stored).withMetadata({ orientation });
}

async function save(image: Sharp): Promise<string> {
  return saveBytes(await image.toBuffer());
}

async function saveBytes(bytes: Buffer): Promise<string> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  return path;
}

const process = (path: string, maxPixels = 20_000_000) => processImage(path, maxPixels);

const fixture = (name: string) => join(import.meta.dirname, '../fixtures', name);

/** The colours of the pixels that are an eighth of the width and height away from the corners. */
async function corners({ bytes }: Pick<Rendition, 'bytes'>) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (right: number, down: number) => {
    const start =
      (Math.floor(info.height * down) * info.width + Math.floor(info.width * right)) * info.channels;
    return [...data.subarray(start, start + info.channels)];
  };
  return {
    topLeft: at(0.125, 0.125),
    topRight: at(0.875, 0.125),
    bottomLeft: at(0.125, 0.875),
    bottomRight: at(0.875, 0.875),
  };
}

async function expectSquares(rendition: Rendition, tolerance = 14) {
  const seen = await corners(rendition);
  const isNear = (corner: keyof typeof UPRIGHT) =>
    UPRIGHT[corner].every((value, n) => Math.abs(value - (seen[corner][n] ?? 0)) <= tolerance);
  expect({
    seen,
    areNear: [isNear('topLeft'), isNear('topRight'), isNear('bottomLeft'), isNear('bottomRight')],
  }).toEqual({ seen, areNear: [true, true, true, true] });
}

describe('the orientation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i of a JPEG is applied exactly once', async (orientation) => {
    const path = await save((await orientedSquares(120, 80, orientation)).jpeg({ quality: 100 }));
    const image = await process(path);
    expect(image).toMatchObject({ width: 120, height: 80 });
    expect(image.preview).toMatchObject({ width: 120, height: 80 });
    await expectSquares(image.preview);
    await expectSquares(image.thumbnail);
  });

  it.each([
    ['png', (image: Sharp) => image.png()],
    ['webp', (image: Sharp) => image.webp({ quality: 100 })],
    ['tif', (image: Sharp) => image.tiff()],
    ['avif', (image: Sharp) => image.avif({ quality: 95, effort: 0 })],
  ])('of a %s is applied exactly once', async (extension, encode) => {
    const image = await process(await save(encode(await orientedSquares(80, 120, 6))));
    expect(image).toMatchObject({ width: 80, height: 120, format: { extension } });
    await expectSquares(image.preview);
  });

  it('of a HEIC is applied once, although both its container and its EXIF specify it', async () => {
    const image = await process(fixture('phone.heic'));
    expect(image).toMatchObject({ width: 64, height: 96, format: { contentType: 'image/heic' } });
    await expectSquares(image.preview);
    await expectSquares(image.thumbnail);
  });
});

describe('the renditions', () => {
  it.each([
    [3000, 1000, [2048, 683], [400, 133]],
    [1000, 3000, [683, 2048], [133, 400]],
    [2048, 2048, [2048, 2048], [400, 400]],
    [300, 200, [300, 200], [300, 200]],
    [10_000, 10, [2048, 2], [400, 1]],
    [1, 1, [1, 1], [1, 1]],
  ])(
    'of a %i x %i image fit their limits and are never enlarged',
    async (width, height, preview, thumbnail) => {
      const image = await process(await save(squares(width, height).png({ compressionLevel: 1 })));
      expect(image).toMatchObject({ width, height });
      const sizes = [image.preview, image.thumbnail].map((made) => [made.width, made.height]);
      expect(sizes).toEqual([preview, thumbnail]);
      const { width: w, height: h, format } = await sharp(image.thumbnail.bytes).metadata();
      expect([w, h, format]).toEqual([...thumbnail, 'webp']);
      expect(thumbHashToRGBA(Buffer.from(image.thumbhash, 'base64')).rgba.length).toBeGreaterThan(0);
      expect(image.thumbhash.length).toBeLessThan(40);
    },
  );

  it('include a JPEG preview if all pixels are opaque, even if the file has an alpha channel', async () => {
    const image = await process(await save(squares(40, 40).ensureAlpha().png()));
    expect(image.preview).toMatchObject({ contentType: 'image/jpeg', extension: 'jpg' });
    expect((await sharp(image.thumbnail.bytes).metadata()).hasAlpha).toBe(false);
  });

  it.each([
    ['PNG', () => save(squares(40, 40).ensureAlpha(0.5).png())],
    ['WebP', () => save(squares(40, 40).ensureAlpha(0.5).webp())],
    ['16-bit PNG', () => save(squares(40, 40).ensureAlpha(0.5).toColourspace('rgb16').png())],
    ['HEIC', () => Promise.resolve(fixture('alpha.heic'))],
  ])('preserve the transparency of a %s', async (_, make) => {
    const image = await process(await make());
    expect(image.preview).toMatchObject({ contentType: 'image/webp', extension: 'webp' });
    for (const { bytes } of [image.preview, image.thumbnail]) {
      const { channels } = await sharp(bytes).stats();
      expect(channels[3]?.min).toBeLessThan(140);
    }
  });

  it('show the first frame of an animation', async () => {
    const frames = Buffer.concat([Buffer.alloc(16 * 16 * 3, 10), Buffer.alloc(16 * 16 * 3, 240)]);
    const animation = sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } });
    for (const encoded of [animation.clone().gif(), animation.clone().webp({ lossless: true })]) {
      const image = await process(await save(encoded));
      expect(image).toMatchObject({ width: 16, height: 16 });
      expect((await corners(image.preview)).topLeft[0]).toBeLessThan(20);
    }
  });

  it('contain no metadata', async () => {
    const image = await process(fixture('phone.heic'));
    const tagged = squares(40, 40)
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'A. Secret' } });
    for (const { preview, thumbnail } of [image, await process(await save(tagged.jpeg()))]) {
      for (const { bytes } of [preview, thumbnail]) {
        const { exif, icc, xmp, iptc } = await sharp(bytes).metadata();
        expect({ exif, icc, xmp, iptc }).toEqual({});
        expect(bytes.includes('Secret')).toBe(false);
      }
    }
  });

  it('contain nothing that is appended to the file', async () => {
    const jpeg = await squares(40, 40).jpeg().toBuffer();
    const image = await process(
      await saveBytes(Buffer.concat([jpeg, Buffer.from('<script>1</script>'), jpeg])),
    );
    expect(image).toMatchObject({ width: 40, format: { extension: 'jpg' } });
    expect(image.preview.bytes.includes('<script>')).toBe(false);
  });
});

describe('colours are converted to sRGB', () => {
  it.each([
    ['a palette', (image: Sharp) => image.png({ palette: true }), 10],
    ['16 bits', (image: Sharp) => image.toColourspace('rgb16').png(), 10],
    ['Lab', (image: Sharp) => image.toColourspace('lab').tiff(), 10],
    ['Display P3 in JPEG', (image: Sharp) => image.withIccProfile('p3').jpeg({ quality: 100 }), 14],
    ['Display P3 in AVIF', (image: Sharp) => image.withIccProfile('p3').avif({ quality: 95, effort: 0 }), 14],
  ])('from %s', async (_, encode, tolerance) => {
    await expectSquares((await process(await save(encode(squares(120, 80))))).preview, tolerance);
  });

  it('from a profile whose red and green primaries are swapped', async () => {
    const { icc } = await sharp(await squares(8, 8).withIccProfile('p3').jpeg().toBuffer()).metadata();
    const profile = Buffer.from(icc ?? '');
    const [red, green] = [profile.indexOf('rXYZ'), profile.indexOf('gXYZ')];
    profile.write('gXYZ', red, 'latin1');
    profile.write('rXYZ', green, 'latin1');
    const plain = await squares(120, 80).jpeg({ quality: 100 }).toBuffer();
    const bytes = withSegment(plain, 2, 'ICC_PROFILE\0\x01\x01', profile);
    const { topLeft, topRight } = await corners((await process(await saveBytes(bytes))).preview);
    expect(topLeft[1]).toBeGreaterThan((topLeft[0] ?? 0) + 60);
    expect(topRight[0]).toBeGreaterThan((topRight[1] ?? 0) + 60);
  });

  it('from CMYK, which has a smaller gamut', async () => {
    const cmyk = squares(120, 80).toColourspace('cmyk').jpeg({ quality: 100 });
    const { topLeft, bottomRight } = await corners((await process(await save(cmyk))).preview);
    expect(topLeft[0]).toBeGreaterThan(200);
    expect(topLeft[1]).toBeLessThan(60);
    expect(Math.min(...bottomRight)).toBeGreaterThan(240);
  });

  it('from greyscale', async () => {
    const { topLeft } = await corners(
      (await process(await save(squares(120, 80).greyscale().jpeg()))).preview,
    );
    expect(Math.max(...topLeft) - Math.min(...topLeft)).toBeLessThan(4);
  });
});
