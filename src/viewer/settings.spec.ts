import { patchSettings, readSettings, Theme } from './settings.ts';

it('readSettings uses defaults for settings that the user has not chosen', () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  expect(readSettings('{}')).toEqual({ locale: 'en', theme: Theme.SYSTEM, pageSize: 50, timeZone });
  expect(readSettings('{}', 'ja').locale).toBe('ja');
  expect(readSettings('{"locale":"en-GB"}', 'ja').locale).toBe('en-GB');
});

it('patchSettings stores only the chosen settings, in canonical spelling', () => {
  const json = patchSettings('{"pageSize":20}', { locale: 'JA-jp', timeZone: 'Asia/Tokyo' });
  expect(json).toBe('{"pageSize":20,"locale":"ja-JP","timeZone":"Asia/Tokyo"}');
});

it.each([
  ['locale', 'x y'],
  ['locale', 'a'.repeat(200)],
  ['pageSize', 0],
  ['pageSize', 201],
  ['timeZone', 'Mars/Olympus'],
  ['timeZone', '+09:00'],
  ['timeZone', ''],
  ['theme', null],
])('patchSettings rejects the %s %j', (field, value) => {
  expect(patchSettings('{}', { [field]: value })).toMatchObject({ code: 'INVALID_INPUT', field });
});
