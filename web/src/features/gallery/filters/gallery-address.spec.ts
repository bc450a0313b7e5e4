import { filterOf, galleryAddress, isFiltered, readGallery } from './gallery-address.ts';

const read = (search: string) => readGallery(new URLSearchParams(search));

describe('the address of the gallery', () => {
  it('contains the whole state', () => {
    const address =
      '/gallery?from=2024-05-01&to=2024-05-31&camera=Canon+EOS&tag=%E6%B5%B7&tag=sun&favorites=1&type=image%2Fjpeg&place=Kyoto&sort=largest&view=list&after=abc';
    expect(galleryAddress(read(address.split('?')[1] ?? ''))).toBe(address);
    expect(galleryAddress(read(''))).toBe('/gallery');
  });

  it('ignores invalid days, sort orders and views', () => {
    expect(read('from=yesterday&to=2024-13-40&sort=__proto__&view=map&favorites=yes')).toEqual(read(''));
  });

  it('filters by whole days, including the last', () => {
    expect(filterOf(read('from=2024-02-28&to=2024-02-29'))).toEqual({
      takenAtLocal: { from: '2024-02-28T00:00:00', to: '2024-03-01T00:00:00' },
    });
  });

  it('sets no filters by default', () => {
    expect(filterOf(read('sort=name'))).toEqual({});
    expect(isFiltered(read('sort=name'))).toBe(false);
    expect(filterOf(read('favorites=1&tag=a&place=Kyoto'))).toEqual({
      isFavorite: true,
      tags: ['a'],
      query: 'Kyoto',
    });
  });
});
