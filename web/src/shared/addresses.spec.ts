import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filteredGalleryAddress, pageAt, photoAddress, searchAddress } from './addresses.ts';

it.each([
  ['/', 'home'],
  ['', 'home'],
  ['/gallery', 'gallery'],
  ['/Gallery/', 'gallery'],
  ['/photo/01890000-0000-7000-8000-000000000000', 'photo'],
  ['/photo', null],
  ['/photo/', null],
  ['/photo/1/2', null],
  ['/galleries', null],
  ['/upload/1', null],
])('finds the page at %j: %j', (path, name) => expect(pageAt(path)).toBe(name));

it('escapes parameters of addresses', () => {
  expect(pageAt(photoAddress('a/b'))).toBe('photo');
  expect(searchAddress('a&b 京都')).toBe('/search?q=a%26b%20%E4%BA%AC%E9%83%BD');
  expect(searchAddress('')).toBe('/search');
  expect(filteredGalleryAddress({ camera: 'R&D 1' })).toBe('/gallery?camera=R%26D+1');
});

it("uses the same path of a photo's page as first-paint.js, which cannot import it", async () => {
  const script = await readFile(join(import.meta.dirname, '../../public/first-paint.js'), 'utf8');
  expect(script).toContain(`'${photoAddress('')}'`);
});
