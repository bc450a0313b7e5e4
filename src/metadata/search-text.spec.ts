import { fold, searchPatterns, searchText } from './search-text.ts';

describe('fold', () => {
  it.each([
    ['CAFÉ', 'café'],
    ['Cafe\u0301', 'café'],
    ['ｶﾒﾗ', 'カメラ'],
    ['ｶﾞｿﾞｳ', 'ガゾウ'],
    ['ＩＭＧ＿１２３', 'img_123'],
    ['Straße', 'STRASSE'],
    ['İstanbul', 'istanbul'],
    ['①写真', '1写真'],
    ['ΣΊΣΥΦΟΣ', 'σισυφοσ'],
  ])('makes %s and %s one', (one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  it.each([
    ['が', 'か'],
    ['写真', '写眞'],
    ['img_1', 'img-1'],
    ['50%', '500'],
  ])('keeps %s and %s apart', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  it('leaves no sign of LIKE', () => {
    expect(fold(String.raw`50%_off\now`)).not.toMatch(/[%_\\]/);
  });
});

describe('searchPatterns', () => {
  it('makes a pattern of each word, once, whatever the space between', () => {
    expect(searchPatterns('  Tokyo　tower\ttokyo ')).toEqual(['%tokyo%', '%tower%']);
  });

  it('is empty for a query of space alone', () => {
    expect(searchPatterns(' 　\n')).toEqual([]);
  });
});

describe('searchText', () => {
  it('keeps its parts apart, so that no word is found across two of them', () => {
    expect(searchText(['ab', null, '', 'cd'])).toBe('ab\ncd');
  });
});
