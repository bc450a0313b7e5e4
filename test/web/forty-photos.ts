import type { Page } from 'playwright-core';
import type { TestApp } from '../support/app.ts';
import { cameraExif, jpeg } from '../support/images.ts';

/** Uploads 40 photos: ten on each of two days in March 2024, twenty in 2022. Returns their ids, newest first. */
export async function uploadForty({ client }: TestApp): Promise<string[]> {
  const times = Array.from({ length: 40 }, (_, index) => {
    if (index < 20) return `2024:03:${index < 10 ? 17 : 16} 12:${String(59 - index)}:00`;
    return `2022:${String(12 - Math.floor((index - 20) / 2)).padStart(2, '0')}:${String(20 - index + 20).padStart(2, '0')} 08:00:00`;
  });
  const files = await Promise.all(
    times.map(async (time, index) => ({
      name: `photo-${index}.jpg`,
      bytes: await jpeg({
        seed: index,
        width: [320, 240, 480][index % 3] ?? 320,
        exif: cameraExif(time, index % 2 ? { make: 'Nikon', model: 'NIKON D750' } : undefined),
      }),
    })),
  );
  const photos = [
    ...(await client.upload(...files.slice(0, 20))),
    ...(await client.upload(...files.slice(20))),
  ];
  return photos.map((photo) => String(photo['id']));
}

/** Waits until the images of all tiles have loaded. */
export const waitForTiles = (page: Page) =>
  page.waitForFunction(() => {
    const images = [...document.querySelectorAll<HTMLImageElement>('[data-photo] img')];
    return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
  });
