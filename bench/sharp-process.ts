import { extname } from 'node:path';
import { decodeImage, restrictSharp } from '../src/images/decode/decode.ts';
import { decodeHeic } from '../src/images/decode/heic.ts';
import { makeRenditions, type Renditions } from '../src/images/renditions/renditions.ts';

// One process of SharpLimit. It only decodes a file and makes its renditions, with the product's code, and discards
// them. No HTTP, no hash, no metadata, no database.

const MAX_PIXELS = 256_000_000;

restrictSharp();
process.on('disconnect', () => process.exit());
process.on('message', (path: string) => {
  void make(path).then(
    ({ thumbnail, preview }) =>
      process.send?.({ thumbnail: describe(thumbnail), preview: describe(preview) }),
    (error: unknown) => {
      process.stderr.write(`${path}: ${String(error)}\n`);
      process.exit(1);
    },
  );
});

async function make(path: string): Promise<Renditions> {
  const isHeif = ['.heic', '.heif'].includes(extname(path).toLowerCase());
  const format = { contentType: 'image/jpeg', extension: 'jpg' } as const;
  const image = isHeif ? await decodeHeic(path, MAX_PIXELS) : await decodeImage(path, format, MAX_PIXELS);
  return makeRenditions(image.pixels);
}

function describe({ contentType, width, height, bytes }: Renditions['thumbnail']): string {
  return `${contentType} ${width}x${height}, ${Math.ceil(bytes.length / 1000)} kB`;
}
