import { foldForLike, searchPatterns, searchText } from './search-text.ts';

describe('foldForLike', () => {
  it('replaces the special characters of LIKE', () => {
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
  it('returns one pattern for each word, for any white space between the words', () => {
    expect(searchPatterns('  Tokyo　tower\ttokyo ')).toEqual(['%tokyo%', '%tower%']);
  });

  it('returns no patterns for a query of white space', () => {
    expect(searchPatterns(' 　\n')).toEqual([]);
  });

  it('replaces a special character of LIKE in the same way as the stored text', () => {
    expect(searchPatterns('img_1')).toEqual([`%${searchText(['IMG_1'])}%`]);
  });
});

describe('searchText', () => {
  it('separates the parts, so that no word matches across two of them', () => {
    expect(searchText(['ab', null, '', 'cd'])).toBe('ab\ncd');
  });
});
