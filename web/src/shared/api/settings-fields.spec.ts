import { withFields } from './settings-fields.ts';

const SETTINGS = { locale: 'en', theme: 'SYSTEM', pageSize: 50 };

it('applies a change', () => {
  const patch = { pageSize: 100 };
  expect(withFields(SETTINGS, patch, patch)).toEqual({ ...SETTINGS, pageSize: 100 });
});

it('reverts a rejected change, but no change made in the meantime', () => {
  const now = { ...SETTINGS, theme: 'DARK', pageSize: 100 };
  expect(withFields(now, { pageSize: 100 }, SETTINGS)).toEqual({ ...SETTINGS, theme: 'DARK' });
});

it('takes only the requested fields from a result', () => {
  const now = { ...SETTINGS, theme: 'DARK', locale: 'ja-jp' };
  const result = { __typename: 'Settings', locale: 'ja-JP', theme: 'SYSTEM', pageSize: 50 };
  expect(withFields(now, { locale: 'ja-jp' }, result)).toEqual({ ...now, locale: 'ja-JP' });
});

it('changes nothing if the previous values are unknown', () =>
  expect(withFields(SETTINGS, { theme: 'DARK' }, undefined)).toEqual(SETTINGS));
