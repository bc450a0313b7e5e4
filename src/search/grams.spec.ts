import { wordGrams } from './grams.ts';

it.each([
  ['結婚式', ['結婚', '婚式']],
  ['猫', ['猫']],
  ['aaaa', ['aa']],
  ['ab', ['ab']],
  ['𠮷野', ['𠮷野']],
  ['', []],
])('divides %j', (word, grams) => {
  expect(wordGrams(word)).toEqual(grams);
});
