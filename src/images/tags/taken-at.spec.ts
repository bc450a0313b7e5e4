import { resolveTakenAt } from './taken-at.ts';

const UPLOAD = new Date('2026-03-04T05:06:07.890Z');
const GPS = new Date('2024-05-01T07:30:00Z');
const local = new Date('2024-05-01T09:30:00.250Z');

function resolve(
  capture: Parameters<typeof resolveTakenAt>[0],
  timeZone = 'Europe/Berlin',
): { takenAt: string; takenAtLocal: string } {
  const { takenAt, takenAtLocal } = resolveTakenAt(capture, timeZone, UPLOAD);
  return { takenAt: takenAt.toISOString(), takenAtLocal: takenAtLocal.toISOString() };
}

it.each([
  [120, '2024-05-01T07:30:00.250Z'],
  [-330, '2024-05-01T15:00:00.250Z'],
  [0, '2024-05-01T09:30:00.250Z'],
])('uses the offset %i of the clock in every zone', (offsetMinutes, takenAt) => {
  for (const zone of ['Europe/Berlin', 'Pacific/Kiritimati']) {
    expect(resolve({ clock: { local, offsetMinutes }, gpsTime: GPS }, zone)).toEqual({
      takenAt,
      takenAtLocal: '2024-05-01T09:30:00.250Z',
    });
  }
});

it.each([
  ['Europe/Berlin', '2024-05-01T07:30:00.250Z'],
  ['Asia/Tokyo', '2024-05-01T00:30:00.250Z'],
  ['America/Los_Angeles', '2024-05-01T16:30:00.250Z'],
  ['UTC', '2024-05-01T09:30:00.250Z'],
  ['Nowhere/At_All', '2024-05-01T09:30:00.250Z'],
])('interprets a clock without offset in the zone %s, and prefers it to GPS', (zone, takenAt) => {
  expect(resolve({ clock: { local, offsetMinutes: null }, gpsTime: GPS }, zone)).toEqual({
    takenAt,
    takenAtLocal: '2024-05-01T09:30:00.250Z',
  });
});

it('keeps the clock in an hour that the zone skips, and uses the first instant in an hour that it repeats', () => {
  const skipped = { local: new Date('2024-03-31T02:30:00Z'), offsetMinutes: null };
  expect(resolve({ clock: skipped, gpsTime: null })).toEqual({
    takenAt: '2024-03-31T01:30:00.000Z',
    takenAtLocal: '2024-03-31T02:30:00.000Z',
  });
  const repeated = { local: new Date('2024-10-27T02:30:00Z'), offsetMinutes: null };
  expect(resolve({ clock: repeated, gpsTime: null })).toEqual({
    takenAt: '2024-10-27T00:30:00.000Z',
    takenAtLocal: '2024-10-27T02:30:00.000Z',
  });
});

it('uses the GPS time without a clock, and shows it in the zone', () => {
  expect(resolve({ clock: null, gpsTime: GPS })).toEqual({
    takenAt: '2024-05-01T07:30:00.000Z',
    takenAtLocal: '2024-05-01T09:30:00.000Z',
  });
});

it.each([
  ['America/New_York', '2026-03-04T00:06:07.890Z'],
  ['Pacific/Auckland', '2026-03-04T18:06:07.890Z'],
  ['Nowhere/At_All', '2026-03-04T05:06:07.890Z'],
])('uses the time of the upload otherwise, shown in the zone %s', (zone, takenAtLocal) => {
  expect(resolve({ clock: null, gpsTime: null }, zone)).toEqual({
    takenAt: UPLOAD.toISOString(),
    takenAtLocal,
  });
});

it('also uses the first instant in a repeated hour west of Greenwich', () => {
  const clock = { local: new Date('2024-11-03T01:30:00Z'), offsetMinutes: null };
  expect(resolve({ clock, gpsTime: null }, 'America/New_York').takenAt).toBe('2024-11-03T05:30:00.000Z');
});
