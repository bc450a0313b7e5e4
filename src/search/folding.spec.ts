import { fold, queryWords } from './folding.ts';

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
    ['が'.normalize('NFD'), 'が'],
  ])('makes %s equal to %s', (one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  it.each([
    ['が', 'か'],
    ['写真', '写眞'],
    ['img_1', 'img-1'],
    ['50%', '500'],
  ])('keeps %s different from %s', (one, other) => {
    expect(fold(one)).not.toBe(fold(other));
  });

  it('is idempotent', () => {
    for (const text of ['CAFÉ', 'ｶﾞｿﾞｳ', 'İstanbul', '①写真']) expect(fold(fold(text))).toBe(fold(text));
  });
});

describe('queryWords', () => {
  it('returns each word once, for any white space between the words', () => {
    expect(queryWords('  Tokyo　tower\ttokyo ')).toEqual(['tokyo', 'tower']);
  });
});
