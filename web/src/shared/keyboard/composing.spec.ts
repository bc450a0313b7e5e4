import { isComposing } from './composing.ts';

it.each([
  ['Enter while words are composed', true, 13, true],
  ['the Enter that ends it, in Safari', false, 229, true],
  ['Enter behind it', false, 13, false],
])('knows %s', (_, composes, keyCode, expected) =>
  expect(isComposing({ isComposing: composes, keyCode })).toBe(expected),
);
