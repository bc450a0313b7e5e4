import { OffsetDate } from '../../graphql/types/scalars.ts';
import { type PhotoPatch, toEdit } from './photo-patch.ts';

it('leaves out what is left out', () => {
  expect(toEdit({})).toEqual({});
});

it('clears by null, and by nothing but space', () => {
  expect(toEdit({ title: null, description: ' \n ', tags: null })).toEqual({
    title: null,
    description: null,
    tags: [],
  });
});

it('keeps lines of a description and no other control characters', () => {
  expect(toEdit({ description: 'one\ntwo\u0000\u0007 \u009Bthree' })).toEqual({
    description: 'one\ntwo three',
  });
});

it('makes one of tags that are written alike', () => {
  expect(toEdit({ tags: [' Cafe\u0301 ', 'Caf\u00E9', 'two\n words'] })).toEqual({
    tags: ['Caf\u00E9', 'two words'],
  });
});

it('takes the clock on the wall from the offset as it is written', () => {
  const edit = toEdit({ takenAt: new OffsetDate(Date.parse('2024-05-01T00:30:00Z'), 540) });
  expect(edit).toEqual({
    taken: { at: new Date('2024-05-01T00:30:00Z'), local: new Date('2024-05-01T09:30:00Z') },
  });
  expect(toEdit({ takenAt: null })).toEqual({ taken: null });
});

it.each<[string, PhotoPatch]>([
  ['isFavorite', { isFavorite: null }],
  ['isPrivate', { isPrivate: null }],
  ['title', { title: 'x'.repeat(256) }],
  ['description', { description: 'x'.repeat(10_001) }],
  ['tags', { tags: ['a'], removeTags: [] }],
  ['tags', { tags: null, addTags: ['a'] }],
  ['tags', { tags: Array.from({ length: 101 }, (_, index) => `tag ${index}`) }],
  ['addTags', { addTags: [''] }],
  ['removeTags', { removeTags: ['x'.repeat(101)] }],
])('names %s of %j', (field, patch) => {
  expect(toEdit(patch)).toMatchObject({ code: 'INVALID_INPUT', field, message: expect.any(String) });
});
