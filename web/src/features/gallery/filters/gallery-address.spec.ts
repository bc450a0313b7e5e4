import { filterOf, galleryAddress, isFiltered, readGallery } from './gallery-address.ts';

const read = (search: string) => readGallery(new URLSearchParams(search));

describe('the address of the gallery', () => {
  it('says what is shown, and is read back as it was', () => {
    const address =
      '/gallery?from=2024-05-01&to=2024-05-31&camera=Canon+EOS&tag=%E6%B5%B7&tag=sun&favorites=1&type=image%2Fjpeg&place=Kyoto&sort=largest&view=list&after=abc';
    expect(galleryAddress(read(address.split('?')[1] ?? ''))).toBe(address);
    expect(galleryAddress(read(''))).toBe('/gallery');
  });

  it('takes what is no day, no order and no view as not set', () => {
    expect(read('from=yesterday&to=2024-13-40&sort=__proto__&view=map&favorites=yes')).toEqual(read(''));
  });

  it('asks for whole days, the last one included', () => {
    expect(filterOf(read('from=2024-02-28&to=2024-02-29'))).toEqual({
      takenAtLocal: { from: '2024-02-28T00:00:00', to: '2024-03-01T00:00:00' },
    });
  });

  it('filters by nothing unless asked', () => {
    expect(filterOf(read('sort=name'))).toEqual({});
    expect(isFiltered(read('sort=name'))).toBe(false);
    expect(filterOf(read('favorites=1&tag=a&place=Kyoto'))).toEqual({
      isFavorite: true,
      tags: ['a'],
      query: 'Kyoto',
    });
  });
});
