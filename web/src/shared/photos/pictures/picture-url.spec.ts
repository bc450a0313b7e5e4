import { pictureUrl } from './picture-url.ts';

const THUMBNAIL = '/media/01890000-0000-7000-8000-000000000000/thumbnail?v=c446d824';

it('takes the preview for what is far wider than a thumbnail, and for nothing else', () => {
  expect(pictureUrl(THUMBNAIL, 800)).toBe('/media/01890000-0000-7000-8000-000000000000/preview?v=c446d824');
  expect(pictureUrl(THUMBNAIL, 400)).toBe(THUMBNAIL);
  expect(pictureUrl(THUMBNAIL, '100%')).toBe(THUMBNAIL);
});
