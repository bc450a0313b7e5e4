import { queryWords } from '../../../../src/search/folding.ts';
import { excerpt, occursIn, segments } from './matches.ts';

/** The text with its matches in brackets. */
const marked = (text: string, query: string) =>
  segments(text, queryWords(query))
    .map(({ text: part, isMatch }) => (isMatch ? `[${part}]` : part))
    .join('');

it.each([
  ['Sunset in Kyoto', 'KYOTO', 'Sunset in [Kyoto]'],
  ['Café', 'cafe', '[Café]'],
  ['Ｃａｆｅ', 'cafe', '[Ｃａｆｅ]'],
  ['京都の紅葉', '紅葉', '京都の[紅葉]'],
  ['ｶﾞｰﾃﾞﾝの花', 'ガーデン', '[ｶﾞｰﾃﾞﾝ]の花'],
  ['ガーデンの花', 'ｶﾞｰﾃﾞﾝ', '[ガーデン]の花'],
  ['が'.normalize('NFD'), 'が', `[${'が'.normalize('NFD')}]`],
  ['がか', 'か', 'が[か]'],
  ['IMG_1234.jpg', 'img_12', '[IMG_12]34.jpg'],
  ['aXbXc', 'x b', 'a[XbX]c'],
  ['👨‍👩‍👧 family', 'fam', '👨‍👩‍👧 [fam]ily'],
])('marks in %j the matches of %j', (text, query, expected) => expect(marked(text, query)).toBe(expected));

it('marks nothing if the query is empty', () => expect(marked('Kyoto', '  ')).toBe('Kyoto'));

it('finds out whether a text contains one of the words', () => {
  expect(occursIn('Canon EOS 40D', queryWords('ｅｏｓ 京都'))).toBe(true);
  expect(occursIn('Canon EOS 40D', queryWords('京都'))).toBe(false);
});

it('cuts a long text before its first match', () => {
  const text = `${'x'.repeat(100)} kyoto and more`;
  expect(excerpt(text, ['kyoto'])).toBe(`…${'x'.repeat(23)} kyoto and more`);
  expect(excerpt('kyoto', ['kyoto'])).toBe('kyoto');
});
