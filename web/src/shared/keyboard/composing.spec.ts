import { isComposing } from './composing.ts';

it.each([
  ['Enter during a composition', true, 13, true],
  ['the Enter that ends a composition in Safari', false, 229, true],
  ['Enter after a composition', false, 13, false],
])('classifies %s', (_, composes, keyCode, expected) =>
  expect(isComposing({ isComposing: composes, keyCode })).toBe(expected),
);
