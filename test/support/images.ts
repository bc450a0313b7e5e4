import sharp, { type Exif, type Sharp } from 'sharp';

export interface TestImage {
  width?: number;
  height?: number;
  /** Images with different seeds have different bytes. */
  seed?: number;
  exif?: Exif;
  orientation?: number;
}

/** Draws an image: a gradient in a colour that depends on the seed, with a lighter band at the top. */
export function testImage({ width = 320, height = 240, seed = 0, exif, orientation }: TestImage = {}): Sharp {
  const hue = (seed * 47) % 360;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <defs><linearGradient id="sky"><stop offset="0" stop-color="hsl(${hue},70%,55%)"/>
    <stop offset="1" stop-color="hsl(${(hue + 120) % 360},60%,35%)"/></linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#sky)"/><rect width="100%" height="20%" fill="#fff" opacity="0.6"/>
    <text x="8" y="${Math.round(height / 2)}" font-size="24">${seed}</text></svg>`;
  let image = sharp(Buffer.from(svg)).flatten();
  if (exif) image = image.withExif(exif);
  if (orientation) image = image.withMetadata({ orientation, ...(exif ? { exif } : {}) });
  return image;
}

export function jpeg(options: TestImage = {}): Promise<Buffer> {
  return testImage(options).jpeg({ quality: 80 }).toBuffer();
}

/** EXIF of a camera, with the time of its clock as `local` (YYYY:MM:DD HH:MM:SS) and without a time zone. */
export function cameraExif(
  local: string,
  camera: { make: string; model: string } = { make: 'Canon', model: 'Canon EOS 40D' },
): Exif {
  return { IFD0: { Make: camera.make, Model: camera.model }, IFD2: { DateTimeOriginal: local } };
}
