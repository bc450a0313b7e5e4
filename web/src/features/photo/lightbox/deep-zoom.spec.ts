import { isBeyondPreview, originalOf } from './deep-zoom.ts';

const photo = { contentType: 'image/jpeg', width: 4_000, height: 3_000, originalUrl: '/media/1/original' };

describe('the original', () => {
  it('has more than the preview where it is larger', () => {
    expect(originalOf(photo, 2_048)).toEqual({ url: '/media/1/original', width: 4_000, height: 3_000 });
    expect(originalOf({ ...photo, width: 2_048, height: 1_536 }, 2_048)).toBeNull();
  });

  it.each(['image/heic', 'image/tiff', 'image/heif', 'text/html'])('is not shown as %s', (contentType) =>
    expect(originalOf({ ...photo, contentType }, 2_048)).toBeNull(),
  );

  it('is not shown where it would fill the memory', () =>
    expect(originalOf({ ...photo, width: 20_000, height: 10_000 }, 2_048)).toBeNull());
});

it.each([
  ['fits the window, however fine the screen is', 0.6, 0.6, 3, false],
  ['has a pixel of the preview for each of the screen', 1, 0.6, 1, false],
  ['is larger than that', 1.5, 0.6, 1, true],
  ['is larger than that on a fine screen', 0.7, 0.6, 2, true],
])('a picture that %s', (_, zoom, fit, pixelRatio, expected) =>
  expect(isBeyondPreview(zoom, fit, pixelRatio)).toBe(expected),
);
