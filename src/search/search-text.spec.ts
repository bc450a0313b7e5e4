import { foldForLike, searchPatterns, searchText } from './search-text.ts';

describe('foldForLike', () => {
  it('leaves no special character of LIKE', () => {
    expect(foldForLike(String.raw`50%_off\now`)).not.toMatch(/[%_\\]/);
  });

  it.each([
    ['img_1', 'img-1'],
    ['50%', '500'],
    [String.raw`a\b`, 'a/b'],
  ])('keeps %s different from %s', (one, other) => {
    expect(foldForLike(one)).not.toBe(foldForLike(other));
  });
});

describe('searchPatterns', () => {
  it('makes one pattern for each word, whatever white space separates them', () => {
    expect(searchPatterns('  Tokyo　tower\ttokyo ')).toEqual(['%tokyo%', '%tower%']);
  });

  it('is empty for a query of white space only', () => {
    expect(searchPatterns(' 　\n')).toEqual([]);
  });

  it('treats a special character of LIKE as the stored text does', () => {
    expect(searchPatterns('img_1')).toEqual([`%${searchText(['IMG_1'])}%`]);
  });
});

describe('searchText', () => {
  it('separates its parts, so that no word is found across two of them', () => {
    expect(searchText(['ab', null, '', 'cd'])).toBe('ab\ncd');
  });
});
