import { isBeyondPreview, originalOf } from './deep-zoom.ts';

const photo = { contentType: 'image/jpeg', width: 4_000, height: 3_000, originalUrl: '/media/1/original' };

describe('the original', () => {
  it('is used if it is larger than the preview', () => {
    expect(originalOf(photo, 2_048)).toEqual({ url: '/media/1/original', width: 4_000, height: 3_000 });
    expect(originalOf({ ...photo, width: 2_048, height: 1_536 }, 2_048)).toBeNull();
  });

  it.each(['image/heic', 'image/tiff', 'image/heif', 'text/html'])('is not used for %s', (contentType) =>
    expect(originalOf({ ...photo, contentType }, 2_048)).toBeNull(),
  );

  it('is not used if it would need too much memory', () =>
    expect(originalOf({ ...photo, width: 20_000, height: 10_000 }, 2_048)).toBeNull());
});

it.each([
  ['does not need the original at the zoom level that fits the window', 0.6, 0.6, 3, false],
  ['does not need the original at one screen pixel per pixel of the preview', 1, 0.6, 1, false],
  ['needs the original at a higher zoom level', 1.5, 0.6, 1, true],
  ['needs the original at a lower zoom level on a high-resolution screen', 0.7, 0.6, 2, true],
])('%s', (_, zoom, fit, pixelRatio, expected) =>
  expect(isBeyondPreview(zoom, fit, pixelRatio)).toBe(expected),
);
