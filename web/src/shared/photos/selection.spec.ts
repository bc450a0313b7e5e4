import { Selection } from './selection.ts';

const ORDER = ['a', 'b', 'c', 'd', 'e'];

it('selects the range from the photo toggled last, in either direction', () => {
  const selection = new Selection();
  selection.toggle('c');
  selection.extend('e', ORDER);
  expect(selection.ids()).toEqual(['c', 'd', 'e']);
  selection.clear();
  selection.toggle('c');
  selection.extend('a', ORDER);
  expect(new Set(selection.ids())).toEqual(new Set(['a', 'b', 'c']));
});

it('selects only one photo if no other was toggled, or if the one toggled last is not shown', () => {
  const selection = new Selection();
  selection.extend('b', ORDER);
  expect(selection.ids()).toEqual(['b']);
  selection.clear();
  selection.toggle('elsewhere');
  selection.extend('d', ORDER);
  expect(selection.ids()).toEqual(['elsewhere', 'd']);
  selection.clear();
  selection.extend('e', ORDER);
  expect(selection.ids()).toEqual(['e']);
});

it('deselects a photo that is selected already', () => {
  const selection = new Selection();
  selection.toggle('a');
  selection.extend('c', ORDER);
  selection.extend('b', ORDER);
  expect(selection.ids()).toEqual(['a', 'c']);
});
