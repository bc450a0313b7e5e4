import { pictureUrl } from './picture-url.ts';

const THUMBNAIL = '/media/01890000-0000-7000-8000-000000000000/thumbnail?v=c446d824';

it('returns the preview only for a width that is far larger than a thumbnail', () => {
  expect(pictureUrl(THUMBNAIL, 800)).toBe('/media/01890000-0000-7000-8000-000000000000/preview?v=c446d824');
  expect(pictureUrl(THUMBNAIL, 400)).toBe(THUMBNAIL);
  expect(pictureUrl(THUMBNAIL, '100%')).toBe(THUMBNAIL);
});
