import { OffsetDate } from '../../graphql/types/scalars.ts';
import { type PhotoPatch, toEdit } from './photo-patch.ts';

it('omits the fields that the patch omits', () => {
  expect(toEdit({})).toEqual({});
});

it('clears a text that is null or contains only whitespace', () => {
  expect(toEdit({ title: null, description: ' \n ', tags: null })).toEqual({
    title: null,
    description: null,
    tags: [],
  });
});

it('keeps line breaks in a description and removes other control characters', () => {
  expect(toEdit({ description: 'one\ntwo\u0000\u0007 \u009Bthree' })).toEqual({
    description: 'one\ntwo three',
  });
});

it('merges tags that are equal after normalization', () => {
  expect(toEdit({ tags: [' Cafe\u0301 ', 'Caf\u00E9', 'two\n words'] })).toEqual({
    tags: ['Caf\u00E9', 'two words'],
  });
});

it('derives the local time from the offset in takenAt', () => {
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
])('reports %s as the invalid field of %j', (field, patch) => {
  expect(toEdit(patch)).toMatchObject({ code: 'INVALID_INPUT', field, message: expect.any(String) });
});
